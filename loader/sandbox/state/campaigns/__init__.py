"""Campaigns, whom they were sent to, and what those people did."""
