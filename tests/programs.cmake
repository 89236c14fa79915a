# The programs that tests start. They are started thousands of times, under limits of memory too:
# static, and never with sanitizers.
if(TARGET test_os OR TARGET test_exec)
  add_executable(bad_child os/bad_child.cpp)
  target_compile_options(bad_child PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  target_link_options(bad_child PRIVATE -static)
endif()
foreach(test IN ITEMS test_os test_exec)
  if(TARGET ${test})
    target_compile_definitions(${test} PRIVATE FANOUT_BAD_CHILD="$<TARGET_FILE:bad_child>")
    add_dependencies(${test} bad_child)
  endif()
endforeach()
