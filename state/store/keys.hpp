// Key layout of the log's database: this page is the format. Change it only together with its number.
// 1.0: a log that begins with its first record. 2.0: a log that was trimmed (log.retention); it becomes that with
// its first cut, so that a program that knows nothing of cuts refuses it. 3.0: a log in which somebody was forgotten,
// trimmed or not: one that knows nothing of that would rebuild other views. This program reads and writes all three.
//
//   column      key                           value
//   raw         sequence                      raw record (records.hpp)
//   evt         sequence                      event record (records.hpp)
//   keys        'r' or 'e', sequence          32 random bytes that seal the record; of an event that Kafka told
//                                             again, its hash behind them; once destroyed on
//                                             request: 0x00 and, for an event, its record as it was stored
//                                             (it survives a rebuild, though nobody can open it)
//   dedup       delivery identity, 32 bytes   raw sequence; webhooks only, kept for ever (P6)
//               'c', key of a view            2.0: 32 random bytes that seal the row below, as of the cut
//               'v', raw sequence             3.0: what reading the record leaves in the views since somebody in it
//                                             was forgotten (change_rows.hpp); it names that person no more
//   views       as the fold writes them       as the fold writes them (their first byte is never 0x00)
//               0x00, key of a view           2.0: the row as of the cut, sealed
//   summary     raw sequence                  what became of the record (records.hpp); no personal data
//   quarantine  raw sequence                  normaliser version, reason (records.hpp)
//   person      HMAC(meta:person_key, e-mail in lower case) cut to 16 bytes, raw sequence       empty
//   meta        format          "1.0", "2.0" or "3.0": another major is refused
//               cut             2.0: where the log begins (cut.hpp). Of what came before, `raw`, `keys` and
//                               `summary` hold what was in quarantine at the cut, and `evt` nothing
//               log_id          UUID
//               person_key      32 random bytes
//               head            raw sequence and hash, event sequence and hash, normalised
//               quarantined     u64: rows in `quarantine`
//               normaliser/SEQ  u32: the version that read the records from SEQ on
//               note/NAME       small values of other rooms; note/repeated/SEQ: how often the bytes of a delivery came again
//
// Numbers are big-endian, so that keys sort as numbers do. Sequences are 8 bytes.
#pragma once
#include "state/base/ids.hpp"
#include "state/store/bytes.hpp"

#include <array>
#include <string>
#include <string_view>

namespace calsync::store {

enum class Column : std::uint8_t { raw, evt, keys, dedup, views, summary, quarantine, person, meta };
inline constexpr std::array<const char*, 9> column_names{"raw",     "evt",        "keys",   "dedup", "views",
                                                         "summary", "quarantine", "person", "meta"};
inline constexpr std::size_t column_count = column_names.size();

inline constexpr std::uint32_t format_major = 1;  // also of the head witness
inline constexpr std::uint32_t format_major_cut = 2;
inline constexpr std::uint32_t format_major_erased = 3;
inline constexpr std::string_view format_text = "1.0";
inline constexpr std::string_view format_text_cut = "2.0";
inline constexpr std::string_view format_text_erased = "3.0";

namespace meta {
inline constexpr std::string_view format = "format";
inline constexpr std::string_view log_id = "log_id";
inline constexpr std::string_view person_key = "person_key";
inline constexpr std::string_view head = "head";
inline constexpr std::string_view cut = "cut";
inline constexpr std::string_view quarantined = "quarantined";
inline constexpr std::string_view normaliser_prefix = "normaliser/";
inline constexpr std::string_view note_prefix = "note/";
}  // namespace meta

inline constexpr std::size_t person_bytes = 16;
// First and (for raw records) only byte of a destroyed key's row.
inline constexpr char destroyed_mark = '\0';

inline std::string sequence_key(std::uint64_t sequence) {
  return ByteWriter{}.u64(sequence).take();
}
inline std::string key_of(RawSequence sequence) {
  return sequence_key(sequence.value());
}
inline std::string key_of(EventSequence sequence) {
  return sequence_key(sequence.value());
}
inline std::string seal_key_of(RawSequence sequence) {
  return "r" + key_of(sequence);
}
inline std::string seal_key_of(EventSequence sequence) {
  return "e" + key_of(sequence);
}

inline constexpr std::string_view views_begin = "\x01";
inline std::string cut_view_key(std::string_view view) {
  return std::string(1, '\0').append(view);
}
inline std::string cut_seal_key(std::string_view view) {
  return std::string(1, 'c').append(view);
}

inline std::string left_key_of(RawSequence sequence) {
  return "v" + key_of(sequence);
}

inline std::uint64_t sequence_from(std::string_view key) {  // 0 where it is none: never given to a record
  ByteReader in(key);
  const std::uint64_t value = in.u64();
  return in.complete() ? value : 0;
}

}  // namespace calsync::store
