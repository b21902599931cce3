# cargo_crates(WHAT text CRATES names... PROBES files...): lets Cargo download the crates that the Cargo.toml of the current source folder names, in
# the versions and with the checksums of its Cargo.lock. No Rust is compiled. Sets the cache variable WAGGLE_CRATE_DIR_<name> to the folder of each
# crate's source; its probe is a file that must be in there. WHAT names the lot in messages.
find_program(WAGGLE_CARGO NAMES cargo cargo-web DOC "Cargo 1.70 or newer; it downloads sources")

function(run_cargo out_output out_failure manifest)
  execute_process(
    COMMAND "${WAGGLE_CARGO}" ${ARGN} --locked --manifest-path "${manifest}"
    OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE code)
  set(failure "")
  if(NOT code EQUAL 0)
    set(failure "${WAGGLE_CARGO} ${ARGN}: ${errors}${code}")
  endif()
  set(${out_output} "${output}" PARENT_SCOPE)
  set(${out_failure} "${failure}" PARENT_SCOPE)
endfunction()

# Sets out_variable to the folder of the crate's downloaded source, read from the output of `cargo metadata`.
function(find_crate_dir out_variable metadata crate)
  string(JSON count LENGTH "${metadata}" packages)
  math(EXPR last "${count} - 1")
  foreach(index RANGE ${last})
    string(JSON name GET "${metadata}" packages ${index} name)
    if(name STREQUAL crate)
      string(JSON manifest GET "${metadata}" packages ${index} manifest_path)
      get_filename_component(folder "${manifest}" DIRECTORY)
      set(${out_variable} "${folder}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "cargo metadata does not list ${crate}")
endfunction()

# Sets out_metadata to what `cargo metadata` says. What is downloaded already needs no network.
function(fetch_crates out_metadata what manifest)
  run_cargo(metadata failure "${manifest}" metadata --format-version 1 --offline)
  if(failure)
    message(STATUS "Downloading the sources of ${what} with ${WAGGLE_CARGO}")
    run_cargo(ignored failure "${manifest}" fetch --quiet)
    if(failure)
      message(FATAL_ERROR "The sources of ${what} could not be downloaded. Cargo needs a network that reaches its crate registry, once, and must be "
        "new enough (tools/install-deps says which).\n${failure}")
    endif()
    run_cargo(metadata failure "${manifest}" metadata --format-version 1 --offline)
    if(failure)
      message(FATAL_ERROR "Cargo downloaded the sources of ${what} and does not find them.\n${failure}")
    endif()
  endif()
  set(${out_metadata} "${metadata}" PARENT_SCOPE)
endfunction()

function(cargo_crates)
  cmake_parse_arguments(arg "" "WHAT" "CRATES;PROBES" ${ARGN})
  if(NOT WAGGLE_CARGO)
    message(FATAL_ERROR "cargo is missing: it downloads the sources of ${arg_WHAT}. On Debian 12: apt-get install cargo-web")
  endif()
  # Cargo may write beside the manifest, and the source tree may be read-only: work on a copy.
  set(manifest_dir "${CMAKE_CURRENT_BINARY_DIR}/crate")
  file(COPY Cargo.toml Cargo.lock src DESTINATION "${manifest_dir}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS Cargo.toml Cargo.lock)

  # The folders are remembered until the lock file changes.
  file(SHA256 "${CMAKE_CURRENT_SOURCE_DIR}/Cargo.lock" lock_hash)
  set(known YES)
  foreach(crate probe IN ZIP_LISTS arg_CRATES arg_PROBES)
    if(NOT WAGGLE_CRATE_LOCK_${crate} STREQUAL lock_hash OR NOT EXISTS "${WAGGLE_CRATE_DIR_${crate}}/${probe}")
      set(known NO)
    endif()
  endforeach()
  if(known)
    return()
  endif()
  fetch_crates(metadata "${arg_WHAT}" "${manifest_dir}/Cargo.toml")
  foreach(crate IN LISTS arg_CRATES)
    find_crate_dir(folder "${metadata}" "${crate}")
    set(WAGGLE_CRATE_DIR_${crate} "${folder}" CACHE INTERNAL "")
    set(WAGGLE_CRATE_LOCK_${crate} "${lock_hash}" CACHE INTERNAL "")
  endforeach()
endfunction()
