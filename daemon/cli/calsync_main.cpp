#include "daemon/cli/run.hpp"

int main(int argc, char** argv) {
  return calsync::cli::run(argc, argv);
}
