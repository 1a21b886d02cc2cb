# Flags are the same for every target, so that one precompiled header serves all of them.
option(CALSYNC_WERROR "Warnings are errors (CI)" OFF)
set(CALSYNC_SANITIZE "" CACHE STRING "address,undefined or thread")

find_program(CALSYNC_CCACHE ccache)
if(CALSYNC_CCACHE)
  # Sloppiness: without it ccache refuses every file that uses a precompiled header. Depend: no preprocessor run first.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 ${CALSYNC_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -fstack-protector-strong -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 at -O2 takes std::string's operator+ for an overrun (GCC PR 105329, 105651).
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
  if(CALSYNC_TOGETHER)  # sources that are included count as headers, whose anonymous types are then warned about
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
if(CALSYNC_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-Wl,-z,relro,-z,now -pie)
include(CheckPIESupported)
check_pie_supported()
# Programs are compiled like libraries (-fPIC, linked -pie): gcc refuses a precompiled header made with the other flag.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE ${CMAKE_CXX_COMPILE_OPTIONS_PIC})

if(CALSYNC_SANITIZE STREQUAL "thread")  # it does not know Asio's fences; what they order is ordered by mutexes, too
  add_compile_options(-Wno-tsan)
endif()
if(CALSYNC_SANITIZE)
  add_compile_options(-fsanitize=${CALSYNC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CALSYNC_SANITIZE})
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

find_program(CALSYNC_MOLD mold)
if(CALSYNC_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Asio, Beast and SSL are compiled once each (connectors/async, connectors/http), not in every file.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                        BOOST_ASIO_DISABLE_BOOST_COROUTINE)
