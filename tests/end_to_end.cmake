# The program as its users see it: end to end, its documents, and its package.
file(GLOB end_to_end_tests CONFIGURE_DEPENDS e2e/*_test.py)
foreach(path IN LISTS end_to_end_tests)
  get_filename_component(name ${path} NAME_WE)
  add_test(NAME e2e_${name} COMMAND ${Python3_EXECUTABLE} ${path})
  set_tests_properties(e2e_${name} PROPERTIES
    ENVIRONMENT "FANOUT_BINARY=$<TARGET_FILE:fanout_program>;FANOUT_BAD_CHILD=$<TARGET_FILE:bad_child>;FANOUT_SANITIZE=${FANOUT_SANITIZE};PYTHONDONTWRITEBYTECODE=1")
endforeach()

add_test(NAME docs_options COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/docs/check_options
         $<TARGET_FILE:fanout_program> ${PROJECT_SOURCE_DIR})
add_test(NAME docs_examples COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/docs/check_examples
         $<TARGET_FILE:fanout_program> ${PROJECT_SOURCE_DIR})
add_test(NAME docs_migrating COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/docs/check_migrating
         $<TARGET_FILE:fanout_program> ${PROJECT_SOURCE_DIR})

# About packaging, not about the code: once, in the build without sanitizers.
if(NOT FANOUT_SANITIZE)
  add_test(NAME package COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/package/check_package
           ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR} ${CMAKE_CXX_COMPILER})
endif()
