// The settings file: any text is read, or refused with errors; what was read can be printed and read again.
#include "config/settings/settings.hpp"
#include "tests/fuzz/oracle.hpp"

#include <algorithm>

using namespace calsync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, std::min<std::size_t>(size, 65536));
  const int lines = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  const ReadSettings read = read_settings(text);
  for (const SettingsError& error : read.errors)
    fuzz::must(error.line >= 0 && error.line <= lines + 1 && !error.what.empty(),
               "an error names a line of the file");
  if (!read.errors.empty()) return 0;
  const std::string printed = print_settings(read.settings);
  const ReadSettings again = read_settings(printed);
  fuzz::must(again.errors.empty(), "settings that are in force can be read as they are printed");
  fuzz::must(print_settings(again.settings) == printed, "and mean the same");
  return 0;
}
