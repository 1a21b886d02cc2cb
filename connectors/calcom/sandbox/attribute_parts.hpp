// Handlers of an attribute's options.
#pragma once
#include "connectors/calcom/sandbox/fields.hpp"
#include "connectors/calcom/sandbox/routes.hpp"

#include <string_view>

namespace calsync::sandbox {

Fields option_fields();
boost::json::object stored_option(World& world, const boost::json::object& given, std::string_view attribute);
Answer no_attribute(World&, const Request&, const PathParams& params);

Answer list_options(World& world, const Request& request, const PathParams& params);
Answer create_option(World& world, const Request& request, const PathParams& params);
Answer patch_option(World& world, const Request& request, const PathParams& params);
Answer delete_option(World& world, const Request& request, const PathParams& params);
Answer assign_option(World& world, const Request& request, const PathParams& params);
Answer assigned_options(World& world, const Request& request, const PathParams& params);
Answer take_option_back(World& world, const Request& request, const PathParams& params);

}  // namespace calsync::sandbox
