from tests.billing.fixtures import asked, relationship, stripe, stripe_process

__all__ = ["asked", "relationship", "stripe", "stripe_process"]
