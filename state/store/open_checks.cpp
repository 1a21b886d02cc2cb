#include "state/store/open_checks.hpp"

#include "state/store/records.hpp"

#include <algorithm>
#include <charconv>

namespace calsync::store {
namespace {

constexpr std::uint64_t tail_records = 64;  // checked at every open; `log verify` walks the whole chain

Result<std::string> must_have(const Database& database, std::string_view name,
                              const std::filesystem::path& directory) {
  CALSYNC_TRY(row, "read meta", database.get(Column::meta, name));
  if (!row) return explain_damage(directory, "its meta row `" + std::string(name) + "` is missing");
  return *std::move(row);
}

// Gives the major version.
Result<unsigned> check_format(const Database& database, const std::filesystem::path& directory) {
  CALSYNC_TRY(format, "format", must_have(database, meta::format, directory));
  unsigned major = 0;
  const auto read = std::from_chars(format.data(), format.data() + format.size(), major);
  if (read.ec == std::errc{} && major >= format_major && major <= format_major_erased) return major;
  return Error{Errc::foreign, "the log in " + directory.string() + " has format " + format.substr(0, 16) +
                                  ", this program knows up to " + std::string(format_text_erased) +
                                  ": start the calsync version that wrote it, or set another log.path"};
}

// What a trim left: each log of format 2 has it, and one of format 3 may.
Result<CutRow> must_have_cut(const Database& database, unsigned major,
                             const std::filesystem::path& directory) {
  if (major == format_major) return CutRow{};
  if (major == format_major_erased) return read_cut(database);
  CALSYNC_TRY(row, "cut", must_have(database, meta::cut, directory));
  return decode_cut(row);
}

template <class Sequence>
struct Start {  // one side of the cut
  Sequence sequence;
  Digest hash{};
};

// One side of the log: the last records hang together, stand where they should, and reach what the witness
// saw.
template <class Sequence, class Split>
Result<void> check_side(const Database& database, Column column, const Start<Sequence>& cut, Sequence head,
                        const Digest& head_hash, const std::filesystem::path& directory, Split split) {
  const std::string name = column_names.at(static_cast<std::size_t>(column));
  CALSYNC_TRY(found, "last record", database.last_sequence(column));
  const std::uint64_t last = std::max(found, cut.sequence.value());
  if (last != head.value())
    return explain_damage(directory, "its head says " + name + " " + std::to_string(head.value()) +
                                         ", the last record is " + std::to_string(last));
  if (last == 0) return {};
  const std::uint64_t begin = cut.sequence.value() + 1;
  const std::uint64_t first = std::max(begin, last > tail_records ? last - tail_records : 1);
  const auto rows = database.iterate(column);
  std::optional<Digest> previous;
  if (first == begin) previous = cut.hash;
  std::uint64_t expected = first;
  for (rows->Seek(sequence_key(first)); rows->Valid(); rows->Next(), ++expected) {
    if (sequence_from(text(rows->key())) != expected)
      return explain_damage(directory, name + " record " + std::to_string(expected) + " is missing");
    const auto parts = split(Sequence{expected}, text(rows->value()));
    if (!parts) return explain_damage(directory, parts.error().what);
    if (previous && !follows(*previous, *parts))
      return explain_damage(directory,
                            name + " record " + std::to_string(expected) + " does not fit its hash");
    previous = parts->hash;
  }
  if (!rows->status().ok()) return explain_damage(directory, rows->status().ToString());
  if (!previous || *previous != head_hash || expected != last + 1)
    return explain_damage(directory,
                          "the hash of " + name + " " + std::to_string(last) + " is not the head's");
  return {};
}

template <class Sequence, class Split>
Result<void> check_witness(const Database& database, Column column, const Start<Sequence>& cut,
                           Sequence witnessed, const Digest& hash, Sequence head,
                           const std::filesystem::path& directory, Split split) {
  const std::string name = column_names.at(static_cast<std::size_t>(column));
  if (witnessed.value() == 0) return {};
  const std::string at = name + " " + std::to_string(witnessed.value());
  if (witnessed > head)
    return explain_damage(directory, "it ends at " + name + " " + std::to_string(head.value()) +
                                         " but had reached " + at + ": acknowledged records are gone");
  const Error other = explain_damage(directory, at + " is not the record that the witness saw");
  if (witnessed < cut.sequence) return {};  // a trim came after the witness
  if (witnessed == cut.sequence) return hash == cut.hash ? Result<void>{} : other;
  CALSYNC_TRY(row, "read record", database.get(column, key_of(witnessed)));
  if (!row) return explain_damage(directory, at + " is missing");
  const auto parts = split(witnessed, *row);
  if (!parts || parts->hash != hash) return other;
  return {};
}

}  // namespace

Error cannot_use(const std::filesystem::path& directory, const std::string& why) {
  return Error{Errc::rejected, "cannot use the log directory " + directory.string() + ": " + why +
                                   ": make it writable for this user, or set log.path"};
}

Error explain_damage(const std::filesystem::path& directory, const std::string& how) {
  return Error{Errc::corrupt, "the log in " + directory.string() + " is damaged: " + how +
                                  ": move the directory away and restore the newest copy of it"};
}

Error explain_foreign(const std::filesystem::path& directory, const std::string& how) {
  return Error{Errc::foreign,
               "refusing " + directory.string() + ": " + how + ": set log.path to an empty or new directory"};
}

Error explain_open(const rocksdb::Status& status, const std::filesystem::path& directory) {
  const std::string text = status.ToString();
  const auto says = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  if (status.IsNoSpace())
    return Error{Errc::disk_full,
                 "no room to open the log in " + directory.string() + ": free space on that disk"};
  if (says("LOCK") && (says("lock hold") || says("While lock file")) && !says("ermission denied"))
    return Error{Errc::conflict, "the log in " + directory.string() +
                                     " is in use by another process: stop that one, or let it do the work"};
  if (says("ermission denied") || says("Read-only file system")) return cannot_use(directory, text);
  if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound() || says("No such file"))
    return explain_damage(directory, text);
  if (status.IsInvalidArgument() || status.IsNotSupported())
    return explain_foreign(directory, "its database was not made by this program (" + text + ")");
  return Error{Errc::io, "cannot open the log in " + directory.string() + ": " + text};
}

Result<void> check_columns(const std::vector<std::string>& names, bool ours,
                           const std::filesystem::path& directory) {
  const auto has = [&names](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  const auto found = std::ranges::count_if(column_names, has);
  if (ours && static_cast<std::size_t>(found) < column_count)
    return explain_damage(directory, "its database has lost columns");
  if (found == 0) return explain_foreign(directory, "it holds another product's RocksDB database");
  if (static_cast<std::size_t>(found) < column_count)
    return explain_foreign(directory, "its database lacks columns of format " + std::string(format_text) +
                                          ", so it is another product's or an older format");
  return {};
}

namespace {

Result<void> check_records(const Database& database, const LogHead& seen, const LogHead& h, const LogCut& cut,
                           const std::filesystem::path& directory) {
  const Start<RawSequence> raw{cut.raw, cut.raw_hash};
  const Start<EventSequence> event{cut.event, cut.event_hash};
  CALSYNC_CHECK("check witness", check_witness(database, Column::raw, raw, seen.raw, seen.raw_hash, h.raw,
                                               directory, split_raw));
  CALSYNC_CHECK("check witness", check_witness(database, Column::evt, event, seen.event, seen.event_hash,
                                               h.event, directory, split_event));
  CALSYNC_CHECK("check raw", check_side(database, Column::raw, raw, h.raw, h.raw_hash, directory, split_raw));
  CALSYNC_CHECK("check events",
                check_side(database, Column::evt, event, h.event, h.event_hash, directory, split_event));
  if (h.normalised > h.raw) return explain_damage(directory, "more is normalised than has arrived");
  if (h.normalised < cut.raw) return explain_damage(directory, "more is trimmed than was normalised");
  return {};
}

Result<void> check_all(Opened& opened, const std::optional<Witness>& witness,
                       const std::filesystem::path& directory) {
  const Database& database = *opened.database;
  CALSYNC_TRY(major, "check format", check_format(database, directory));
  CALSYNC_TRY(id, "log id", must_have(database, meta::log_id, directory));
  CALSYNC_TRY(person_key, "person key", must_have(database, meta::person_key, directory));
  CALSYNC_TRY(head_row, "head", must_have(database, meta::head, directory));
  CALSYNC_TRY(quarantined, "quarantined", must_have(database, meta::quarantined, directory));
  opened.id = LogId{id};
  opened.person_key = person_key;
  opened.quarantined = sequence_from(quarantined);
  const auto head = decode_head(head_row);
  if (!head) return explain_damage(directory, head.error().what);
  opened.head = *head;
  if (!witness)
    return explain_damage(directory, std::string("the file `") + witness_name +
                                         "` is missing, so nobody can tell whether its end is complete");
  CALSYNC_TRY(cut_row, "cut", must_have_cut(database, major, directory));
  opened.cut = cut_row;
  opened.erased = major == format_major_erased;
  return check_records(database, witness->head, opened.head, cut_row.cut, directory);
}

}  // namespace

// Whatever a check stumbles over, the person reads where it is and what to do.
Result<void> check_log(Opened& opened, const std::optional<Witness>& witness,
                       const std::filesystem::path& directory) {
  auto checked = check_all(opened, witness, directory);
  if (checked || checked.error().what.starts_with("the log in ")) return checked;
  if (checked.error().code == Errc::corrupt) return explain_damage(directory, checked.error().what);
  return checked;
}

}  // namespace calsync::store
