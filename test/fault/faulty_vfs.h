// faulty_vfs.h: the sqlite3_vfs of FaultyDisk.

#ifndef WAGGLE_TEST_FAULT_FAULTY_VFS_H
#define WAGGLE_TEST_FAULT_FAULTY_VFS_H

namespace waggle::test {

// Makes it SQLite's default, over the one of Unix; and takes it away again.
void register_faulty_vfs();
void unregister_faulty_vfs();

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_FAULTY_VFS_H
