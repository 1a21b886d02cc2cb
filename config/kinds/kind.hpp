// What a kind of resource of Cal.com is, as data: one file per kind holds all that calsync knows of it. The reader of the
// files, their JSON Schema, the reference, the diff, import and the API calls follow from it.
// Pure: values only, made before main().
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace calsync {

enum class FieldType : std::uint8_t { text, integer, boolean, list, object, any };

// What calsync can do about a difference.
enum class Mutability : std::uint8_t {
  written,      // POST and PATCH take it
  create_only,  // only POST takes it; a difference later is a manual step
  asserted,     // API v2 cannot write it (price): a difference is drift and a manual step
  write_only,   // never in an answer: written when the file changes
};

// What a text must look like beyond being text.
enum class TextForm : std::uint8_t {
  any,
  e_mail,
  time_zone,    // a name that the IANA data base has
  date,         // 2026-12-31
  time_of_day,  // HH:MM, 00:00 to 23:59
  web_address,  // http or https
  slug,
  colour,  // #rrggbb
  secret,  // a reference to a secret, never one
};

// When two lists are the same.
enum class ListOrder : std::uint8_t {
  matters,
  at_least,  // of texts: there may be more of them
  set,       // of texts: order and repetition mean nothing
  keyed,     // of objects: told apart by Field::key, order means nothing
  hours,     // of {days, startTime, endTime}: the same when each day is open at the same minutes
  defaults,  // of booking questions: those that every event type has are there unless they are changed
};

// A text of a file that names another resource, where the API has an id.
enum class Reference : std::uint8_t {
  none,
  user,             // by e-mail
  team,             // by slug
  schedule,         // by name, of the same person
  event_type,       // by slug, of the same team
  team_event_type,  // "team/slug"
};

// A text that people write and Cal.com does not know, with what to write instead.
struct Mistake {
  std::string_view word, cure;
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which a kind is read
struct Field {
  std::string_view name{};  // in files: Cal.com's own name where it has one
  FieldType type = FieldType::text;
  Mutability mutability = Mutability::written;
  bool required = false;        // a resource cannot be created without it
  std::string_view fallback{};  // JSON of what the server fills in where nobody says; empty: nothing (null)
  std::vector<std::string_view> one_of{};  // the only texts that are allowed
  std::vector<Mistake> mistakes{};         // of `one_of`
  TextForm form = TextForm::any;
  std::int64_t least = 0;  // integer: inclusive; list: of elements; text: of characters
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::vector<Field> members{};  // object: its members; list: one, what each element is
  ListOrder order = ListOrder::matters;
  std::string_view
      as_made{};  // order `defaults`: JSON list of what is there by itself, named by `type` or `slug`
  std::string_view key{};  // keyed lists
  Reference refers = Reference::none;
  std::string_view wire{};  // its name in the API, where that is another; "a/b": inside of an object
  bool sticky =
      false;  // a PATCH without it resets it (CONTRACT §16): always sent along once a file states it
  bool may_disable =
      false;  // an object that `{"disabled": true}` switches off, which is what the server shows for none
  std::string_view about{};  // one line for people, without a full stop
};

enum class Removal : std::uint8_t { keep, remove, disable };

// Paths of API v2; {organization}, {team}, {user}, {eventType}, {me} (who the key is of), {id} are filled in. Empty: there is no such
// call.
struct Endpoints {
  std::string_view list{};
  std::string_view create{};
  std::string_view update{};  // PATCH
  std::string_view remove{};  // DELETE
  bool all_at_once = false;   // `list` answers for the whole organisation; else once per parent
};

struct ResourceKind {
  std::string_view name{};     // in addresses and plans: "eventType"
  std::string_view section{};  // the top-level key of files: "eventTypes"; empty: stated inside of others
  std::string_view address{};  // the fields that name it: "{team}/{slug}"; {a|b}: whichever is there
  std::vector<Field> fields{};
  std::vector<std::string_view> needs{};  // kinds that must be there before it; removed after it
  Endpoints api{};
  std::string_view other_owner{};  // a field: where it is stated, the calls are those of `api_of_other`
  Endpoints api_of_other{};
  std::vector<Removal> removals{Removal::keep, Removal::remove};  // what policy.removal may say
  std::string_view disable{};  // JSON that a PATCH sends for Removal::disable
  bool rename = false;         // `previously:` may name what it was called
  std::string_view about{};
};

// All of them, in the order in which they are created (LAYOUT: one per file of this folder).
std::span<const ResourceKind* const> all_kinds();
const ResourceKind* find_kind(std::string_view name);        // "eventType"; nullptr: none
const ResourceKind* find_section(std::string_view section);  // "eventTypes"
const Field* find_field(std::span<const Field> fields, std::string_view name);

}  // namespace calsync
