# mend_sqlite_vec(SOURCE TARGET): makes TARGET of SOURCE, sqlite-vec.c 0.1.9, which never frees the names of a table's metadata columns nor the SQL by
# which it writes and removes texts of more than twelve bytes in them: some hundred bytes for each vector. Fails when the source is another.

function(mend_sqlite_vec source target)
  file(READ "${source}" text)
  set(column "    sqlite3_free(p->metadata_columns[i].name);\n")
  set(prepared "        rc = sqlite3_prepare_v2(p->db, zSql, -1, &stmt, NULL);\n")
  set(followed "        if(rc != SQLITE_OK) {\n          goto done;\n        }\n        sqlite3_bind_int64(stmt, 1, rowid);\n")
  foreach(expected IN ITEMS "${column}" "${prepared}${followed}")
    string(FIND "${text}" "${expected}" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "${source} is not the sqlite-vec that mend_sqlite_vec.cmake knows; see whether it still has to be mended")
    endif()
  endforeach()
  set(names "    sqlite3_free(p->shadowMetadataChunksNames[i]);\n    p->shadowMetadataChunksNames[i] = NULL;\n")
  string(REPLACE "${column}" "${column}${names}" text "${text}")
  string(REPLACE "${prepared}${followed}" "${prepared}        sqlite3_free((void *)zSql);\n${followed}" text "${text}")
  file(WRITE "${target}.new" "${text}")
  configure_file("${target}.new" "${target}" COPYONLY)  # which leaves an equal file alone
endfunction()
