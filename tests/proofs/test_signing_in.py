"""Signing in as people do: with a passkey, with a second factor, in their own language, with and without script."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from quarterdeck.demo.stage import PASSWORD
from tests.proofs.looking import form_faults, key_faults, shell_faults
from tests.proofs.pages import Served, sign_in

pytestmark = pytest.mark.browser


def with_authenticator(context: BrowserContext) -> Page:
    """A page on a device that makes passkeys and knows its owner by finger or PIN."""
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def give_password(page: Page, served: Served, login: str) -> None:
    page.goto(f"{served.url}/account/login/")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def show_again_that_it_is_you(page: Page) -> None:
    """Settings of signing in ask for the password once more when it was given a while ago."""
    if page.get_by_role("heading", name="Is it you?").is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()


def sign_out(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/you/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def sound(page: Page, *, script: bool = True) -> None:
    """Nothing is wrong with the page as it stands; with script it is left with its focus moved."""
    assert shell_faults(page, script=script) + form_faults(page) == []
    if script:
        assert key_faults(page) == []
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]] == []


def test_a_passkey_made_under_the_own_name_signs_its_owner_in(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = with_authenticator(context)
    refused: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    page.on("console", heard)
    give_password(page, served, "deng.hao")
    page.goto(f"{served.url}/you/")
    page.get_by_role("link", name="Second factor and passkeys").click()
    page.get_by_role("link", name="Add a key").click()
    show_again_that_it_is_you(page)
    page.get_by_label("Name of the key").fill("Laptop")
    expect(page.get_by_label("Sign in with this key alone, as a passkey")).to_be_checked()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("The key is added.")).to_be_visible()

    page.goto(f"{served.url}/account/2fa/webauthn/")
    expect(page.get_by_role("row", name=re.compile("Laptop.*passkey"))).to_be_visible()
    sign_out(page, served)
    page.goto(f"{served.url}/you/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="deng.hao").first).to_be_visible()
    assert refused == []
    context.close()


def test_another_device_has_no_passkey_and_is_told_so_on_the_page(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = with_authenticator(context)
    page.goto(f"{served.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not read.")
    page.goto(f"{served.url}/you/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def code_for(secret: str) -> str:
    """What an authenticator app shows for the secret now (RFC 6238, half a minute a code)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_second_factor_is_asked_for_and_a_recovery_code_stands_in(
    script: bool, browser: Browser, served: Served
) -> None:
    login = "feng.da" if script else "alice.tan"
    context = browser.new_context(java_script_enabled=script)
    page = sign_in(context, served, login)
    page.goto(f"{served.url}/account/2fa/")
    sound(page, script=script)
    page.get_by_role("link", name="Switch on").click()
    show_again_that_it_is_you(page)
    sound(page, script=script)
    secret = page.get_by_role("textbox", name="Secret").input_value()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("The authenticator app is switched on.")).to_be_visible()
    page.goto(f"{served.url}/account/2fa/recovery-codes/")
    sound(page, script=script)
    codes = page.get_by_label("Unused codes").input_value().split()
    assert len(codes) == 10
    sign_out(page, served)

    give_password(page, served, login)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    sound(page, script=script)
    page.get_by_label("Code").fill("000000x")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    page.goto(f"{served.url}/you/")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    expect(page.get_by_role("heading", name="Your account")).to_be_hidden()

    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{served.url}/you/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_language_is_chosen_before_signing_in_and_kept(script: bool, browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=script, locale="en-US")
    page = context.new_page()
    page.goto(f"{served.url}/account/login/?next=/you/")
    sound(page, script=script)
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.locator("html:lang(zh-hans)")).to_be_attached()
    page.locator("input[name=login]").fill("fu.an")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/you/")
    expect(page.locator("html:lang(zh-hans)")).to_be_attached()
    page.goto(f"{served.url}/account/2fa/")
    assert re.findall(r"[A-Za-z]{3,}", page.locator("main h1, main h2").all_inner_texts().__str__()) == []
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Second factor and passkeys")).to_be_visible()
    context.close()
