// What never leaves the raw record: bearer links, meeting passwords, one-time passwords (DESIGN §8, §12.13).
// Pure.
#pragma once
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace calsync {

// Cuts out of the text: user and password of every URL, the parameters that secret_names.hpp knows (also in a
// URL inside another), what stands behind "Passcode:", "Password:", "PIN:", and bearer tokens.
std::string without_secrets(std::string_view text);

// JSON text of the value, without_secrets in every string, and without members that are named like a secret.
// Objects' names are written in byte order, so that the sender's order does not show.
void append_redacted(std::string& out, const boost::json::value& value);

}  // namespace calsync
