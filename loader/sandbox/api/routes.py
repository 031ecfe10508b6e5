"""The routes below /3.0, each with its endpoint."""

from loader.sandbox.api import account
from loader.sandbox.api.lists import interest_categories, interests, lists, merge_fields
from loader.sandbox.api.members import activity, batch_write, member_list, members
from loader.sandbox.api.reports import (
    campaigns,
    clicks,
    complaints,
    emails,
    opens,
    recipients,
    reports,
)
from loader.sandbox.api.segments import segment_members, segments, tags
from loader.sandbox.http.call import Endpoint

LIST = "/lists/{list_id}"
FIELD = LIST + "/merge-fields/{merge_id}"
CATEGORY = LIST + "/interest-categories/{interest_category_id}"
MEMBER = LIST + "/members/{subscriber_hash}"
SEGMENT = LIST + "/segments/{segment_id}"
REPORT = "/reports/{campaign_id}"
LINK = REPORT + "/click-details/{link_id}"

ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "", account.root),
    ("GET", "/", account.root),
    ("GET", "/ping", account.ping),
    ("GET", "/lists", lists.listing),
    ("GET", LIST, lists.info),
    ("POST", LIST, batch_write.subscribe),
    ("GET", LIST + "/merge-fields", merge_fields.page),
    ("POST", LIST + "/merge-fields", merge_fields.add),
    ("GET", FIELD, merge_fields.info),
    ("PATCH", FIELD, merge_fields.patch),
    ("DELETE", FIELD, merge_fields.delete),
    ("GET", LIST + "/interest-categories", interest_categories.page),
    ("POST", LIST + "/interest-categories", interest_categories.add),
    ("GET", CATEGORY, interest_categories.info),
    ("DELETE", CATEGORY, interest_categories.delete),
    ("GET", CATEGORY + "/interests", interests.page),
    ("POST", CATEGORY + "/interests", interests.add),
    ("GET", CATEGORY + "/interests/{interest_id}", interests.info),
    ("DELETE", CATEGORY + "/interests/{interest_id}", interests.delete),
    ("GET", LIST + "/members", member_list.page),
    ("POST", LIST + "/members", members.add),
    ("GET", MEMBER, members.info),
    ("PUT", MEMBER, members.put),
    ("PATCH", MEMBER, members.patch),
    ("DELETE", MEMBER, members.archive),
    ("POST", MEMBER + "/actions/delete-permanent", members.delete_permanent),
    ("GET", MEMBER + "/activity", activity.recent),
    ("GET", MEMBER + "/tags", tags.of_member),
    ("POST", MEMBER + "/tags", tags.change),
    ("GET", LIST + "/tag-search", tags.search),
    ("GET", LIST + "/segments", segments.page),
    ("POST", LIST + "/segments", segments.add),
    ("GET", SEGMENT, segments.info),
    ("PATCH", SEGMENT, segments.patch),
    ("POST", SEGMENT, segment_members.change),
    ("DELETE", SEGMENT, segments.delete),
    ("GET", SEGMENT + "/members", segment_members.page),
    ("POST", SEGMENT + "/members", segment_members.add),
    ("DELETE", SEGMENT + "/members/{subscriber_hash}", segment_members.delete),
    ("GET", LIST + "/abuse-reports", complaints.of_list),
    ("GET", "/campaigns", campaigns.listing),
    ("GET", "/campaigns/{campaign_id}", campaigns.info),
    ("GET", "/reports", reports.listing),
    ("GET", REPORT, reports.info),
    ("GET", REPORT + "/email-activity", emails.activity),
    ("GET", REPORT + "/sent-to", recipients.sent_to),
    ("GET", REPORT + "/unsubscribed", recipients.unsubscribed),
    ("GET", REPORT + "/open-details", opens.details),
    ("GET", REPORT + "/click-details", clicks.details),
    ("GET", LINK, clicks.link),
    ("GET", LINK + "/members", clicks.members),
)
