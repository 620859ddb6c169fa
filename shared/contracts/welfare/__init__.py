"""What the welfare service publishes, by what it is about."""

from shared.contracts.welfare import aid as aid
from shared.contracts.welfare import batch_visits as batch_visits
from shared.contracts.welfare import benefits as benefits
from shared.contracts.welfare import cards as cards
from shared.contracts.welfare import expense_claims as expense_claims
from shared.contracts.welfare import funding as funding
from shared.contracts.welfare import funds as funds
from shared.contracts.welfare import grants as grants
from shared.contracts.welfare import pairings as pairings
from shared.contracts.welfare import policies as policies
from shared.contracts.welfare import visits as visits
from shared.contracts.welfare import vouchers as vouchers
