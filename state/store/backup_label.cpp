// What a backup says of itself, as text:
//   calsync-backup 1 / log UUID / normalised N / the head witness (head_witness.hpp)
#include "state/store/backup_folder.hpp"
#include "state/store/head_witness.hpp"

#include <charconv>

namespace calsync::store {
namespace {

constexpr std::string_view label_start = "calsync-backup ", label_version = "1";

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool take_word(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  line.remove_prefix(word.size());
  return true;
}

}  // namespace

std::string backup_label(const LogId& log, const LogHead& head) {
  std::string label{label_start};
  label.append(label_version).append("\nlog ").append(log.value()).append("\nnormalised ");
  return label.append(std::to_string(head.normalised.value())).append("\n").append(render_witness({head}));
}

Result<BackupFacts> read_backup_label(std::string_view label) {
  std::string_view line = next_line(label);
  if (!take_word(line, label_start)) return Error{Errc::foreign, "it was not made by calsync"};
  if (line != label_version)
    return Error{Errc::foreign, "it has format " + std::string(line.substr(0, 16)) +
                                    ": use the calsync version that made it"};
  const Error damaged{Errc::corrupt, "its label cannot be read"};
  BackupFacts facts;
  std::string_view log = next_line(label), normalised = next_line(label);
  if (!take_word(log, "log ") || log.empty() || !take_word(normalised, "normalised ")) return damaged;
  std::uint64_t number = 0;
  if (std::from_chars(normalised.data(), normalised.data() + normalised.size(), number).ec != std::errc{})
    return damaged;
  CALSYNC_TRY(witness, "label", parse_witness(label));
  facts.log = LogId{std::string(log)};
  facts.head = witness.head;
  facts.head.normalised = RawSequence{number};
  return facts;
}

}  // namespace calsync::store
