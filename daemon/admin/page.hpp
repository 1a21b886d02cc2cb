// The page for people at `/` (DESIGN §7): files of daemon/admin/page, in the program. They hold no data: what they show they ask of the
// API, with the token where one is set.
#pragma once
#include "connectors/http/server.hpp"

namespace calsync {

ServerResponse page_html();
ServerResponse page_css();
ServerResponse page_js();

}  // namespace calsync
