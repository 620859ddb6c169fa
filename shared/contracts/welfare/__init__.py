"""What the welfare service publishes, by what it is about."""

from shared.contracts.welfare import batch_visits as batch_visits
from shared.contracts.welfare import benefits as benefits
from shared.contracts.welfare import funds as funds
from shared.contracts.welfare import policies as policies
from shared.contracts.welfare import visits as visits
from shared.contracts.welfare import vouchers as vouchers
