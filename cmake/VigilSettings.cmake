# Compiler settings shared by every target.
option(VIGIL_TESTS "build unit tests and benchmarks" ON)
option(VIGIL_FUZZ "build the fuzz targets (clang only)" OFF)
set(VIGIL_SANITIZE "" CACHE STRING "sanitizers for every target, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON) # __int128
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# No NDEBUG: a wrong position costs more than a stop.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror)
if(VIGIL_SANITIZE)
  add_compile_options(-fsanitize=${VIGIL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VIGIL_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code makes it see what is not there.
    add_compile_options(-Wno-array-bounds -Wno-stringop-overflow)
  endif()
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Its -Wconversion counts signs too, which g++'s does not; the code is judged by g++.
  add_compile_options(-Wno-sign-conversion)
endif()

# Parsing the standard library's headers takes a third of a build. Modules are precompiled only where clang-tidy does not
# look: it cannot read what g++ precompiles.
option(VIGIL_PRECOMPILE "precompile the standard library's headers for the modules too, and unite their files" OFF)
function(vigil_precompile TARGET)
  target_precompile_headers(${TARGET} PRIVATE <algorithm> <array> <atomic> <chrono> <cstdint> <functional> <map>
    <memory> <mutex> <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> ${ARGN})
  # So that ccache keeps what was made with them.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${TARGET} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  else()
    target_compile_options(${TARGET} PRIVATE -fpch-preprocess)
  endif()
endfunction()

find_program(VIGIL_CCACHE ccache)
if(VIGIL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${VIGIL_CCACHE})
endif()
find_program(VIGIL_LLD ld.lld)
if(VIGIL_LLD)
  add_link_options(-fuse-ld=lld)
endif()
