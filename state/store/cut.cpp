#include "state/store/cut.hpp"

#include "state/store/bytes.hpp"

#include <algorithm>

namespace calsync::store {
namespace {

constexpr std::uint8_t cut_format = 1;

std::uint64_t bits_of(Instant instant) {
  return static_cast<std::uint64_t>(instant.time_since_epoch().count());
}
Instant instant_of(std::uint64_t bits) {
  return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(bits)}};
}

Error damaged_view() {  // its key may be a person's
  return {Errc::corrupt, "the snapshot of the views at the cut: a row does not open"};
}

}  // namespace

std::string encode_cut(const CutRow& row) {
  const LogCut& cut = row.cut;
  ByteWriter out;
  out.u8(cut_format).u64(cut.raw.value()).bytes(view(cut.raw_hash));
  out.u64(cut.event.value()).bytes(view(cut.event_hash));
  out.u64(bits_of(cut.received)).u64(bits_of(cut.trimmed)).u32(cut.normaliser_version);
  return out.u64(row.webhooks).u64(row.views).bytes(view(row.digest)).take();
}

Result<CutRow> decode_cut(std::string_view stored) {
  ByteReader in(stored);
  const auto digest = [&in](Digest& out) { std::ranges::copy(in.bytes(out.size()), out.begin()); };
  if (in.u8() != cut_format)
    return Error{Errc::foreign, "the log's cut cannot be read: start the newer calsync that made it"};
  CutRow row;
  row.cut.raw = RawSequence{in.u64()};
  digest(row.cut.raw_hash);
  row.cut.event = EventSequence{in.u64()};
  digest(row.cut.event_hash);
  row.cut.received = instant_of(in.u64());
  row.cut.trimmed = instant_of(in.u64());
  row.cut.normaliser_version = in.u32();
  row.webhooks = in.u64();
  row.views = in.u64();
  digest(row.digest);
  if (!in.complete()) return Error{Errc::corrupt, "the log's cut: its bytes do not add up"};
  return row;
}

Result<CutRow> read_cut(const Database& database, const Snapshot* at) {
  CALSYNC_TRY(stored, "read the cut", database.get(Column::meta, meta::cut, at));
  if (!stored) return CutRow{};
  return decode_cut(*stored);
}

Result<std::string> open_cut_view(std::string_view view, std::string_view sealed, std::string_view key_row) {
  SealKey key{};
  if (key_row.size() != key.size()) return damaged_view();
  std::ranges::copy(key_row, key.begin());
  auto opened = unseal(key, cut_view_key(view), sealed);
  if (!opened) return damaged_view();
  return *std::move(opened);
}

void toggle(Digest& digest, std::string_view view, std::string_view sealed) {
  ByteWriter row;
  row.text32(view).bytes(sealed);
  const Digest of_row = sha256(row.written());
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(digest[i] ^ of_row[i]);
}

Result<void> add_cut_views(const Database& database, const ViewTable::Changes& views, CutRow& row,
                           std::vector<Change>& changes) {
  for (const auto& [name, value] : views) {
    const std::string place = cut_view_key(name);
    CALSYNC_TRY(before, "read the cut", database.get(Column::views, place));
    if (before) {
      toggle(row.digest, name, *before);
      --row.views;
    }
    if (!value) {
      changes.push_back({Column::views, place, std::nullopt});
      changes.push_back({Column::keys, cut_seal_key(name), std::nullopt});
      continue;
    }
    const SealKey key = random_key();
    std::string sealed = seal(key, place, *value);
    toggle(row.digest, name, sealed);
    ++row.views;
    changes.push_back({Column::views, place, std::move(sealed)});
    changes.push_back({Column::keys, cut_seal_key(name), std::string(view(key))});
  }
  return {};
}

std::optional<std::string> CutViews::get(std::string_view key) {
  const auto sealed = database_.get(Column::views, cut_view_key(key), &at_);
  if (!sealed) throw ViewError(sealed.error());
  if (!*sealed) return std::nullopt;
  return open(key, **sealed);
}

std::string CutViews::open(std::string_view key, std::string_view sealed) const {
  const auto key_row = database_.get(Column::keys, cut_seal_key(key), &at_);
  if (!key_row) throw ViewError(key_row.error());
  auto opened = open_cut_view(key, sealed, key_row->value_or(""));
  if (!opened) throw ViewError(std::move(opened).error());
  return *std::move(opened);
}

void CutViews::scan(std::string_view prefix, std::string_view after, const Visit& visit) {
  const std::string start = cut_view_key(prefix), beyond = cut_view_key(after);
  const auto rows = database_.iterate(Column::views, &at_, false);
  rows->Seek(std::max(start, beyond));
  if (rows->Valid() && !after.empty() && text(rows->key()) == beyond) rows->Next();
  for (; rows->Valid() && text(rows->key()).starts_with(start); rows->Next()) {
    const std::string name(text(rows->key()).substr(1));
    if (!visit(name, open(name, text(rows->value())))) return;
  }
  if (!rows->status().ok()) throw ViewError(to_error(rows->status(), "read the views at the cut"));
}

Error trimmed_error(const char* kind, std::uint64_t sequence, const LogCut& cut) {
  return {Errc::not_found, std::string(kind) + " " + std::to_string(sequence) + " was trimmed on " +
                               to_text(cut.trimmed) +
                               " (log.retention): the log has no record received until " +
                               to_text(cut.received) + " any more"};
}

}  // namespace calsync::store
