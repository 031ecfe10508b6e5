"""The warehouses that tests run on: how one is started, filled and asked."""
