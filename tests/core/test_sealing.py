"""What is sealed is read with a key of the installation only, and keys can be changed."""

import pytest

from qiao import settings as real
from qiao.core.sealing import SealedError, reseal, seal, unseal

OLD, NEW = "o" * 50, "n" * 50


def test_sealed_data_come_back_and_look_like_nothing(settings) -> None:
    settings.SEALING_KEYS = [OLD]
    token = seal({"passport": "E12345678", "名": "王"})
    assert "E12345678" not in token
    assert token != seal({"passport": "E12345678", "名": "王"})
    assert unseal(token) == {"passport": "E12345678", "名": "王"}


def test_another_key_or_a_changed_text_opens_nothing(settings) -> None:
    settings.SEALING_KEYS = [OLD]
    token = seal(["x"])
    for bad in (token[:-4] + "AAA=", "", "x"):
        with pytest.raises(SealedError):
            unseal(bad)
    settings.SEALING_KEYS = [NEW]
    for act in (unseal, reseal):
        with pytest.raises(SealedError):
            act(token)


def test_a_new_key_in_front_opens_what_the_old_one_sealed_until_it_is_sealed_anew(settings) -> None:
    settings.SEALING_KEYS = [OLD]
    token = seal(["x"])
    settings.SEALING_KEYS = [NEW, OLD]
    assert unseal(token) == ["x"]
    fresh = reseal(token)
    settings.SEALING_KEYS = [NEW]
    assert unseal(fresh) == ["x"]


def test_without_keys_of_its_own_the_secret_of_the_installation_seals(monkeypatch) -> None:
    monkeypatch.delenv("QIAO_SEALING_KEYS", raising=False)
    assert real._sealing_keys() == [real.SECRET_KEY]
    monkeypatch.setenv("QIAO_SEALING_KEYS", f"{NEW}, {OLD}")
    assert real._sealing_keys() == [NEW, OLD]
    monkeypatch.setenv("QIAO_SEALING_KEYS", f"{NEW},short")
    with pytest.raises(real.ImproperlyConfigured, match="at least 50"):
        real._sealing_keys()
