"""A small Stripe for the demo and the tests: a process of its own, bound to 127.0.0.1.

The application knows it only as the address in ``STRIPE_API_BASE``. It imports nothing of the project.
"""
