"""The world of a session, made of the fakes that ship with the library."""

import pytest

from web_client.testing import FakePorts, fake_ports


@pytest.fixture
def ports() -> FakePorts:
    return fake_ports()
