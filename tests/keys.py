"""Keys for tests that seal something. Everybody knows them."""

import base64

from shared.sealing import MasterKeys, read_key, read_master_keys

FIRST, SECOND, INDEX = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))

SEALING = {"sealing_master_keys": f"first:{FIRST}", "sealing_index_key": INDEX}
MASTERS = MasterKeys(read_master_keys(SEALING["sealing_master_keys"]), read_key(INDEX))
WRAPPED = MASTERS.wrap(bytes(range(32)))
"""A person's key."""
