/* The shortest job there is: nothing to link at its start, nothing to do. */
int main(void) {
  return 0;
}
