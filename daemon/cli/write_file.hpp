// Whole files of a command: read, and written so that a reader sees the old one or the new one.
#pragma once
#include "state/base/error.hpp"

#include <filesystem>

namespace calsync::cli {

Result<std::string> read_whole_file(const std::filesystem::path& path);                   // at most 64 MiB
Result<void> write_whole_file(const std::filesystem::path& path, std::string_view text);  // mode 0600

}  // namespace calsync::cli
