# calsync_library(name SOURCES ... USES ... PACKAGES ... [ALONE ...])
#   ALONE     sources that are never compiled together with others: the heavy ones
#   USES      libraries of ours, declared above; written to layers.txt, which the `layers` test holds includes against
#   PACKAGES  outside packages (targets of Packages.cmake); their headers have one home each
set(CALSYNC_LAYERS ${CMAKE_BINARY_DIR}/layers.txt)
file(WRITE ${CALSYNC_LAYERS} "")

# Eight sources at a time become one: headers are read and templates are made once for all of them, and a clean build takes a
# third of the time. (CMake's own unity build writes absolute paths, which ccache cannot serve to another clone.)
option(CALSYNC_TOGETHER "Compile the sources of a library together" OFF)
function(calsync_together sources name)
  list(LENGTH ${sources} count)
  if(NOT CALSYNC_TOGETHER OR count LESS 2)
    return()
  endif()
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(together "")
  set(at 0)
  while(at LESS count)
    list(SUBLIST ${sources} ${at} 8 part)
    list(TRANSFORM part REPLACE "(.+)" "#include \"${folder}/\\1\"\n")
    list(JOIN part "" text)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_${at}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
    list(APPEND together ${file})
    math(EXPR at "${at} + 8")
  endwhile()
  set(${sources} ${together} PARENT_SCOPE)
endfunction()

function(calsync_library name)
  cmake_parse_arguments(L "" "" "SOURCES;ALONE;USES;PACKAGES" ${ARGN})
  foreach(used IN LISTS L_USES)
    if(NOT TARGET ${used})
      message(FATAL_ERROR "${name} uses ${used}, which is not declared above it: see README.md, rooms")
    endif()
  endforeach()
  calsync_together(L_SOURCES ${name})
  add_library(${name} STATIC ${L_SOURCES} ${L_ALONE})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${L_USES} ${L_PACKAGES})
  calsync_use_pch(${name})
  if(CALSYNC_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND connectors_async IN_LIST L_USES)  # g++ 12 with sanitizers takes coroutine frames for a wrong delete
    target_compile_options(${name} PRIVATE -Wno-mismatched-new-delete)
  endif()
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE ";" "," uses "${L_USES}")
  file(APPEND ${CALSYNC_LAYERS} "${name} ${folder} ${uses}\n")
endfunction()

# One precompiled header for all: the parts of the standard library and of Boost that nearly every file includes.
function(calsync_use_pch target)
  if(NOT TARGET calsync_pch)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch.cpp CONTENT "")  # written once: its age is that of everything
    add_library(calsync_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
    target_precompile_headers(calsync_pch PRIVATE <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint>
      <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread> <unordered_map> <utility>
      <variant> <vector> <boost/system/result.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM calsync_pch)
endfunction()
