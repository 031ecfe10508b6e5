"""Values for the statements of plan files, and of a plan against another target."""

from datetime import datetime

from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import relation

PLANS: dict[str, object] = {
    "used_plans": relation("main", "loader_plans"),
    "plan_id": "0b1c",
    "created_at": datetime(2026, 6, 29),  # noqa: DTZ001 - as the warehouse keeps times
    "database": "shop",
    "kept": relation("main", "mailchimp_lists"),
    "other": relation("main", "mailchimp_lists"),
    "copied": Relation("list_id, name"),
    "other_acks": relation("main", "loader_acks"),
    "other_history": relation("main", "readers__history"),
    "other_members": relation("main", "mailchimp_members"),
    "other_runs": relation("main", "loader_runs"),
    "other_wanted": relation("main", "loader_wanted"),
    "read_lists": ["f00dcafe01"],
    "status_columns": Relation("list_id, email_address"),
    "detail_columns": [Relation("merge_fields"), Relation("vip")],
    "history_columns": Relation("email_address, payload"),
    "not_built": ["guests"],
    "gone": ["friends"],
}
