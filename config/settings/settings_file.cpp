// The one file of this room that touches the disk.
#include "config/settings/settings.hpp"
#include "config/yaml/yaml_tree.hpp"
#include "state/base/regular_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <system_error>

namespace calsync {

Result<ReadSettings> read_settings_file(const std::string& path) {
  if (const auto regular = must_be_regular_file(path, SIZE_MAX);
      !regular && regular.error().code == Errc::rejected)
    return regular.error();
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::error_code code(errno, std::generic_category());
    const bool missing = code == std::errc::no_such_file_or_directory;
    return Error{
        missing ? Errc::not_found : Errc::io,
        path + ": " + code.message() + (missing ? "; name the settings file with --settings FILE" : "")};
  }
  std::string text(yaml_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof()))
    return Error{Errc::io, path + ": cannot be read: is it a file?"};
  text.resize(static_cast<std::size_t>(file.gcount()));
  return read_settings(text);
}

}  // namespace calsync
