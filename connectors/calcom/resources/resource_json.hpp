// Cal.com's JSON of a resource ↔ the words of files, by the kind's descriptor (CONTRACT §4–§10). Pure.
// What the server filled in is kept: the diff knows defaults. What files never hold (ids, pictures of hosts) is dropped.
#pragma once
#include "config/resources/resource.hpp"
#include "connectors/calcom/resources/names.hpp"
#include "state/base/error.hpp"

namespace calsync {

// `parents`: "team" → slug, where the answer itself does not say whose it is.
// Fails: rejected, where the row is not what the kind's rows are.
Result<Resource> from_wire(const ResourceKind& kind, const boost::json::object& row,
                           const boost::json::object& parents, const Names& names);

// What a POST or PATCH of these fields sends. Fails: not_found, naming what has no id (yet).
Result<boost::json::object> to_wire(const ResourceKind& kind, const boost::json::object& fields,
                                    const Names& names);

// `id` as text, whether number or UUID; empty: there is none.
std::string id_text(const boost::json::object& row, std::string_view name = "id");

// questions.cpp: of an event type, as files state them: custom ones, and defaults that were changed.
boost::json::array questions_from_wire(const boost::json::array& rows);
// "Fields made in the UI that the API cannot express": a PATCH of bookingFields would delete them.
bool has_unknown(const boost::json::object& row, std::string_view list);

}  // namespace calsync
