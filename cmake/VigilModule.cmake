# vigil_unite(TARGET source...)
#
# Compiles the files of each folder as one: what they share of headers and templates is then compiled once. Names
# in unnamed namespaces must differ within a folder for it.
function(vigil_unite TARGET)
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # A local name may be another file's.
  target_compile_options(${TARGET} PRIVATE -Wno-shadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What a file includes is a header to it: it does not know that this one is included once.
    target_compile_options(${TARGET} PRIVATE -Wno-subobject-linkage)
  endif()
  foreach(source IN LISTS ARGN)
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER ${folder} group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()

# vigil_module(NAME [USES module...] [LIBRARIES target...])
#
# One folder, one library, without the command line (`main.cpp`, `*_command.cpp`), which is a program's. USES is the
# dependency graph: a module may include only what it uses (tests/structure checks every #include against these
# lines). LIBRARIES are third-party targets.
function(vigil_module NAME)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "(/main|_command)\\.cpp$")
  add_library(vigil_${NAME} STATIC ${sources})
  add_library(vigil::${NAME} ALIAS vigil_${NAME})
  target_include_directories(vigil_${NAME} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(vigil_${NAME} PUBLIC vigil::${used})
  endforeach()
  target_link_libraries(vigil_${NAME} PUBLIC ${ARG_LIBRARIES})
  set_target_properties(vigil_${NAME} PROPERTIES VIGIL_USES "${ARG_USES}")
  if(VIGIL_FUZZ)
    target_compile_options(vigil_${NAME} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(VIGIL_PRECOMPILE)
    vigil_precompile(vigil_${NAME})
    vigil_unite(vigil_${NAME} ${sources})
  endif()
endfunction()

# Takes tests without a thread of their own, or of something they start, off the list.
function(vigil_keep_threaded LIST)
  foreach(source IN LISTS ${LIST})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(STRINGS ${source} threads REGEX "std::(jthread|thread|async)|start\\(\\)")
    if(source MATCHES "_test\\.cpp$" AND NOT threads)
      list(REMOVE_ITEM ${LIST} ${source})
    endif()
  endforeach()
  set(${LIST} ${${LIST}} PARENT_SCOPE)
endfunction()

# vigil_test(NAME [LIBRARIES target...])
#
# All tests/NAME/*_test.cpp in one doctest binary, linked with the module of the same name. For ThreadSanitizer
# those alone that start threads: it finds nothing in the others, and they take as long.
function(vigil_test NAME)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/*.cpp)
  if(VIGIL_SANITIZE STREQUAL "thread")
    vigil_keep_threaded(sources)
  endif()
  add_executable(${NAME}_test ${sources} ${CMAKE_CURRENT_SOURCE_DIR}/test_main.cpp
                 ${CMAKE_CURRENT_SOURCE_DIR}/allocations.cpp)
  target_include_directories(${NAME}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${NAME}_test PRIVATE vigil::${NAME} ${ARG_LIBRARIES})
  vigil_precompile(${NAME}_test <doctest/doctest.h> <rapidcheck.h>)
  # It asks doctest for more than the others do.
  set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/test_main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  # What tests say themselves runs once: optimising it takes longer than that. Inline functions that a module has too
  # are the module's, optimised, because the linker takes the first it meets.
  target_compile_options(${NAME}_test PRIVATE -O0)
  get_target_property(used vigil_${NAME} VIGIL_USES)
  foreach(module IN ITEMS ${NAME} ${used})
    target_link_options(${NAME}_test PRIVATE
      "SHELL:-Wl,--whole-archive $<TARGET_FILE:vigil_${module}> -Wl,--no-whole-archive")
  endforeach()
  add_test(NAME ${NAME} COMMAND ${NAME}_test)
endfunction()
