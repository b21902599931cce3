# waggle::waggle: the library as its users link it, in this tree and installed alike: the objects of every module and of the engine in one archive,
# and the public headers alone. simdjson, Highway and threads are what it needs from outside.
set(WAGGLE_LIBRARY_MODULES base sql hnsw engine schema stores db)

add_library(waggle_library STATIC)
add_library(waggle::waggle ALIAS waggle_library)
set_target_properties(waggle_library PROPERTIES OUTPUT_NAME waggle EXPORT_NAME waggle LINKER_LANGUAGE CXX CXX_EXTENSIONS OFF)
target_compile_features(waggle_library PUBLIC cxx_std_20)
target_include_directories(waggle_library INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
foreach(module IN LISTS WAGGLE_LIBRARY_MODULES)
  get_target_property(type waggle_${module} TYPE)
  if(NOT type STREQUAL INTERFACE_LIBRARY)
    target_sources(waggle_library PRIVATE $<TARGET_OBJECTS:waggle_${module}>)
  endif()
endforeach()
target_sources(waggle_library PRIVATE $<TARGET_OBJECTS:waggle_libsql>)
target_link_libraries(waggle_library PRIVATE simdjson::simdjson hwy::hwy Threads::Threads ${CMAKE_DL_LIBS} m)
