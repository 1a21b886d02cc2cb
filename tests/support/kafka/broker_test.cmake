# calsync_broker_test(name SOURCES ... USES ...): a test program against a real broker. One ctest test for the whole program,
# so that its tests share one broker (tests/support/kafka/broker.hpp).
function(calsync_broker_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 900)
  endif()
  calsync_test_program(${name} SOURCES ${T_SOURCES} USES ${T_USES})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS broker TIMEOUT ${T_TIMEOUT})
endfunction()
