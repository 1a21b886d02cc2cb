# calsync_library(name SOURCES ... USES ... PACKAGES ... [PCH common|asio|none])
#   USES      libraries of ours, declared above; written to layers.txt, which the `layers` test holds includes against
#   PACKAGES  outside packages (targets of Packages.cmake); their headers have one home each
set(CALSYNC_LAYERS ${CMAKE_BINARY_DIR}/layers.txt)
file(WRITE ${CALSYNC_LAYERS} "")

function(calsync_library name)
  cmake_parse_arguments(L "" "" "SOURCES;USES;PACKAGES" ${ARGN})
  foreach(used IN LISTS L_USES)
    if(NOT TARGET ${used})
      message(FATAL_ERROR "${name} uses ${used}, which is not declared above it: see README.md, rooms")
    endif()
  endforeach()
  add_library(${name} STATIC ${L_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${L_USES} ${L_PACKAGES})
  calsync_use_pch(${name})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE ";" "," uses "${L_USES}")
  file(APPEND ${CALSYNC_LAYERS} "${name} ${folder} ${uses}\n")
endfunction()

# One precompiled header for all: the parts of the standard library and of Boost that nearly every file includes.
function(calsync_use_pch target)
  if(NOT TARGET calsync_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
    add_library(calsync_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
    target_precompile_headers(calsync_pch PRIVATE <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint>
      <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread> <unordered_map> <utility>
      <variant> <vector> <boost/system/result.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM calsync_pch)
endfunction()
