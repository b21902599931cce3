# waggle_module(NAME SOURCES... DEPENDS modules... LINK_PRIVATE libraries...): one folder of src/ as one static library, waggle_NAME.
# DEPENDS is the module's row of the layer table; tools/tidy checks the includes against the same table.
function(waggle_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LINK_PRIVATE" ${ARGN})
  add_library(waggle_${name} STATIC ${arg_SOURCES})
  target_include_directories(waggle_${name}
    PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>")
  target_compile_features(waggle_${name} PUBLIC cxx_std_20)
  set_target_properties(waggle_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
  target_link_libraries(waggle_${name} PRIVATE $<BUILD_INTERFACE:waggle_warnings> ${arg_LINK_PRIVATE})
  foreach(module IN LISTS arg_DEPENDS)
    target_link_libraries(waggle_${name} PUBLIC waggle_${module})
  endforeach()
endfunction()
