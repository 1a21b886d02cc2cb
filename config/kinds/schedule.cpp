// CONTRACT §6: names are not unique at Cal.com, lists are replaced whole, `isDefault: false` does nothing.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_schedule;

const ResourceKind kind_schedule{
    .name = "schedule",
    .section = "schedules",
    .address = "{user}/{name}",
    .fields =
        {{.name = "user",
          .form = TextForm::e_mail,
          .refers = Reference::user,
          .wire = "ownerId",
          .about = "whose; without it the schedule is a pattern that users name"},
         {.name = "name", .required = true, .least = 1},
         {.name = "timeZone", .required = true, .form = TextForm::time_zone},
         {.name = "availability",
          .type = FieldType::list,
          .members = {{.type = FieldType::object,
                       .members = {{.name = "days",
                                    .type = FieldType::list,
                                    .required = true,
                                    .least = 1,
                                    .members = {{.one_of = {"Monday", "Tuesday", "Wednesday", "Thursday",
                                                            "Friday", "Saturday", "Sunday"}}},
                                    .order = ListOrder::set},
                                   {.name = "startTime", .required = true, .form = TextForm::time_of_day},
                                   {.name = "endTime", .required = true, .form = TextForm::time_of_day}}}},
          .order = ListOrder::hours,
          .about = "open hours; an empty list means never, without it Monday to Friday 09:00 to 17:00"},
         {.name = "overrides",
          .type = FieldType::list,
          .fallback = "[]",
          .members = {{.type = FieldType::object,
                       .members = {{.name = "date", .required = true, .form = TextForm::date},
                                   {.name = "startTime", .required = true, .form = TextForm::time_of_day},
                                   {.name = "endTime", .required = true, .form = TextForm::time_of_day}}}},
          .order = ListOrder::set,
          .about = "single days that differ; 00:00 to 00:00 means closed all day"}},
    .needs = {"user"},
    .api = {.list = "/v2/organizations/{organization}/schedules",
            .create = "/v2/organizations/{organization}/users/{user}/schedules",
            .update = "/v2/organizations/{organization}/users/{user}/schedules/{id}",
            .remove = "/v2/organizations/{organization}/users/{user}/schedules/{id}",
            .all_at_once = true},
    .about =
        "Hours in which somebody can be booked. A pattern without `user` is copied to each user who names "
        "it."};

}  // namespace calsync
