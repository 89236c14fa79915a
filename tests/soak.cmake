# The real executor and the whole story of it, at random, for long.
add_executable(test_soak main.cpp soak/soak_test.cpp)
target_link_libraries(test_soak PRIVATE fanout fanout_settings fanout_dependencies)
target_include_directories(test_soak PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(test_soak PRIVATE FANOUT_BAD_CHILD="$<TARGET_FILE:bad_child>")
add_dependencies(test_soak bad_child)
add_test(NAME soak COMMAND test_soak)
