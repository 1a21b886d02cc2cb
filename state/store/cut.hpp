// Where a trimmed log begins, and the sealed snapshot of the views at that place (DESIGN §12.5): the row
// `meta:cut`, and the rows 0x00+key of `views` under their keys 'c'+key of `keys`. A trim reseals only the rows
// that it changes. Count and digest of all of them stand in the cut, so that a row that is lost does not pass.
#pragma once
#include "state/store/database.hpp"
#include "state/store/event_log.hpp"

namespace calsync::store {

struct CutRow {
  LogCut cut;
  std::uint64_t webhooks =
      0;                    // among what was trimmed: rows that `dedup` has more than the log has deliveries
  std::uint64_t views = 0;  // rows of the snapshot
  Digest digest{};          // of all of them, whatever their order
};
std::string encode_cut(const CutRow& row);
Result<CutRow> decode_cut(std::string_view stored);  // fails: corrupt, foreign
// As of `at`. No row: the log was never trimmed.
Result<CutRow> read_cut(const Database& database, const Snapshot* at = nullptr);

// One row of the snapshot. `sealed` and `key_row` as stored. Fails: corrupt.
Result<std::string> open_cut_view(std::string_view view, std::string_view sealed, std::string_view key_row);
// Adds the digest of a row to `digest`, or takes it away again.
void toggle(Digest& digest, std::string_view view, std::string_view sealed);
// What a trim does to the snapshot, as rows; `row` then counts them as they will be.
Result<void> add_cut_views(const Database& database, const ViewTable::Changes& views, CutRow& row,
                           std::vector<Change>& changes);

class CutViews final : public ViewSource {  // the snapshot at one moment
 public:
  explicit CutViews(const Database& database) : database_(database), at_(database.raw()) {}
  std::optional<std::string> get(std::string_view key) override;
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override;

 private:
  [[nodiscard]] std::string open(std::string_view key, std::string_view sealed) const;

  const Database& database_;
  Snapshot at_;
};

// "raw record 7 was trimmed: …"
Error trimmed_error(const char* kind, std::uint64_t sequence, const LogCut& cut);

}  // namespace calsync::store
