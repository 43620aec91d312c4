"""Alerting: messages to people, how they read and the channels they take."""
