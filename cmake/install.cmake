# What `cmake --install` puts under a prefix: the binary, libwaggle.a, the public headers, and descriptions of them for CMake and pkg-config.
# Nothing in them names the prefix, so that it may be moved afterwards. The engine's own headers are not installed.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/waggle")

install(TARGETS waggle_library EXPORT waggle ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY include/waggle DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(EXPORT waggle NAMESPACE waggle:: FILE waggle-targets.cmake DESTINATION "${package_dir}")
if(WAGGLE_BUILD_CLI)
  install(TARGETS waggle RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

configure_package_config_file(cmake/waggle-config.cmake.in "${PROJECT_BINARY_DIR}/package/waggle-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/waggle-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/waggle-config.cmake" "${PROJECT_BINARY_DIR}/package/waggle-config-version.cmake"
        DESTINATION "${package_dir}")

# pkg-config expands ${pcfiledir} to the folder of the .pc file; the prefix is as many levels above it as the library folder is deep.
file(RELATIVE_PATH prefix_from_pkgconfig "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file(cmake/waggle.pc.in "${PROJECT_BINARY_DIR}/package/waggle.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/waggle.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
