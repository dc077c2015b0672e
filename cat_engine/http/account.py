"""The own account of a member of staff: the code after the password, password, second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from cat_engine import i18n
from cat_engine.accounts import factor_store, passwords, second_step, store, totp
from cat_engine.accounts.access import Act
from cat_engine.accounts.login import SignedIn, TooManyTries, digest_of, token_of
from cat_engine.accounts.second_step import FactorState, WrongCode, WrongPassword
from cat_engine.accounts.totp import SealBroken
from cat_engine.accounts.user import Login, Need
from cat_engine.db import reading
from cat_engine.http import fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, as_problem, message
from cat_engine.http.proctor import to_staff_login

if TYPE_CHECKING:
    from cat_engine.hall import Hall

QR_SCALE = 5
REFUSALS = (Problem, WrongCode, WrongPassword, FactorState, SealBroken, TooManyTries)


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages of the own account; whoever is half signed in finds what they lack here."""
    blueprint = Blueprint("account", __name__)
    _add_code(hall, blueprint)
    _add_account(hall, blueprint)
    _add_factor(hall, blueprint)
    return blueprint


def _add_code(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.get("/staff/code")
    def ask_code() -> Response:
        return _code_page(hall)

    @blueprint.post("/staff/code")
    def give_code() -> Response:
        half = signing_in.current_half(hall)
        if half is None or half.need is not Need.CODE:
            return _code_page(hall)
        given = fields.form_fields("code")
        try:
            signed_in = second_step.pass_code(
                hall,
                own_token(hall),
                half.login,
                fields.code(given["code"]),
                address=signing_in.address(),
            )
        except REFUSALS as refusal:
            return _code_page(hall, refusal)
        return _go_on(hall, signed_in, request.form.get("next", ""))


def _add_account(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.get("/staff/account")
    def account() -> Response:
        person = _person(hall, Need.PASSWORD, Need.ENROL)
        return person if isinstance(person, Response) else account_page(hall, person)

    @blueprint.post("/staff/account/password")
    def change_password() -> Response:
        login = _signed_in_person(hall, Need.PASSWORD)
        given = fields.form_fields("old_password", "new_password", "again")
        try:
            new = checked_password(hall, login, given["new_password"], given["again"])
            signed_in = second_step.change_password(
                hall,
                own_token(hall),
                login,
                old=fields.password(given["old_password"], field="old_password"),
                new=new,
                address=signing_in.address(),
            )
        except REFUSALS as refusal:
            return account_page(hall, login, refusal)
        return _go_on(hall, signed_in, "", done="password")

    @blueprint.post("/staff/account/logins")
    def end_others() -> Response:
        login = signing_in.require(hall, Act.OWN_ACCOUNT)
        fields.form_fields()
        second_step.end_other_logins(hall, own_token(hall), login)
        return pages.redirect_to("/staff/account?done=logins")


def _add_factor(hall: Hall, blueprint: Blueprint) -> None:
    @blueprint.post("/staff/account/factor")
    def begin() -> Response:
        login = _signed_in_person(hall, Need.ENROL)
        given = fields.form_fields("password")
        try:
            second_step.begin_enrolment(
                hall,
                login,
                password=fields.password(given["password"]),
                address=signing_in.address(),
            )
        except WrongPassword:
            return account_page(hall, login, Problem("wrong_password", about="password"))
        except REFUSALS as refusal:
            return account_page(hall, login, refusal)
        return pages.redirect_to("/staff/account/factor")

    @blueprint.get("/staff/account/factor")
    def show() -> Response:
        person = _person(hall, Need.ENROL)
        return person if isinstance(person, Response) else _factor_page(hall, person)

    @blueprint.post("/staff/account/factor/confirm")
    def confirm() -> Response:
        login = _signed_in_person(hall, Need.ENROL)
        given = fields.form_fields("code")
        try:
            signed_in, codes = second_step.confirm_enrolment(
                hall,
                own_token(hall),
                login,
                fields.code(given["code"]),
                address=signing_in.address(),
            )
        except REFUSALS as refusal:
            return _factor_page(hall, login, refusal)
        signing_in.continue_with(signed_in)
        return signing_in.put_cookie(hall, _codes_page(hall, signed_in.login, codes), signed_in)

    @blueprint.post("/staff/account/factor/remove")
    def remove() -> Response:
        login = signing_in.require(hall, Act.OWN_ACCOUNT)
        return _with_code(hall, login, lambda code: _remove(hall, login, code))

    @blueprint.post("/staff/account/codes")
    def renew() -> Response:
        login = signing_in.require(hall, Act.OWN_ACCOUNT)
        return _with_code(hall, login, lambda code: _renew(hall, login, code))


def checked_password(hall: Hall, login: Login, new: str, again: str) -> str:
    """Give a new password that was typed twice and is strong enough, or refuse."""
    typed = fields.password(new, field="new_password")
    if fields.password(again, field="again") != typed:
        raise Problem("passwords_differ", about="again")
    context = [login.name, hall.config.server.public_url]
    context += [i18n.text("site.name", language) for language in i18n.LANGUAGES]
    weakness = hall.run_blocking(passwords.weakness, typed, login.user, context=context)
    if weakness is not None:
        raise Problem(
            "weak_password",
            about="new_password",
            why=i18n.text(f"weak.{weakness.value}", pages.language_of_request(hall)),
        )
    return typed


def own_token(hall: Hall) -> str:
    """Give the token of whoever sends this request and was found signed in, or half."""
    token = token_of(hall, request.environ)
    assert token is not None, "only a token signs somebody in"
    return token


def account_page(hall: Hall, login: Login, refusal: Exception | None = None) -> Response:
    """Draw the own account; half signed in, only what is lacking."""
    half = signing_in.current_half(hall)
    now = hall.clock()
    with reading(hall.database).connect() as db:
        has_factor = factor_store.has_factor(db, login.user)
        codes_left = factor_store.count_unused_codes(db, login.user)
        logins = store.list_logins_of_staff(db, login.user, now=now)
    done = request.args.get("done", "")
    return _page(
        hall,
        "account.html",
        refusal,
        person=login,
        need=half.need.value if half else "",
        has_factor=has_factor,
        codes_left=codes_left,
        is_obliged=login.role.value in hall.config.staff.obliged_roles,
        logins=[(one.created_at, one.token_digest == digest_of(own_token(hall))) for one in logins],
        done=done if done in ("password", "factor", "logins") else "",
        home=signing_in.home_of(login),
    )


def _code_page(hall: Hall, refusal: Exception | None = None) -> Response:
    half = signing_in.current_half(hall)
    if half is None or half.need is not Need.CODE:
        login = pages.current_login(hall)
        if login is None:
            return to_staff_login("/staff/code")
        return pages.redirect_to(signing_in.home_of(login))
    asked = request.values.get("next", "")
    return _page(
        hall,
        "account_code.html",
        refusal,
        next_page=asked if signing_in.is_own_page(asked) else "",
    )


def _factor_page(hall: Hall, login: Login, refusal: Exception | None = None) -> Response:
    try:
        secret = second_step.waiting_secret(hall, login)
    except SealBroken:
        secret = None
    if secret is None:
        return pages.redirect_to("/staff/account")
    issuer = i18n.text("site.name", pages.language_of_request(hall))
    address = totp.address(secret, username=login.user, issuer=issuer)
    import segno  # noqa: PLC0415 - a server starts without it

    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=QR_SCALE, omitsize=True, svgclass="qr", lineclass=None
    )
    return _page(
        hall,
        "account_factor.html",
        refusal,
        drawn=Markup(drawn),  # noqa: S704 - made here of squares alone
        address=address,
        secret=totp.as_text(secret),
    )


def _codes_page(hall: Hall, login: Login, codes: list[str]) -> Response:
    return _page(hall, "account_codes.html", None, codes=codes, home=signing_in.home_of(login))


def _remove(hall: Hall, login: Login, code: str) -> Response:
    second_step.remove_own_factor(hall, login, code, address=signing_in.address())
    return pages.redirect_to("/staff/account?done=factor")


def _renew(hall: Hall, login: Login, code: str) -> Response:
    codes = second_step.renew_recovery_codes(hall, login, code, address=signing_in.address())
    return _codes_page(hall, login, codes)


def _with_code(hall: Hall, login: Login, act: Callable[[str], Response]) -> Response:
    given = fields.form_fields("code")
    try:
        return act(fields.code(given["code"]))
    except REFUSALS as refusal:
        return account_page(hall, login, refusal)


def _person(hall: Hall, *needs: Need) -> Login | Response:
    """Give whose page this is: somebody signed in, or half, lacking one of these."""
    half = signing_in.current_half(hall)
    if half is not None:
        return half.login if half.need in needs else pages.redirect_to("/staff")
    if pages.current_login(hall) is None:
        return to_staff_login("")
    return signing_in.require(hall, Act.OWN_ACCOUNT)


def _signed_in_person(hall: Hall, need: Need) -> Login:
    """Give who sends this form: somebody signed in, or half and lacking just this."""
    half = signing_in.current_half(hall)
    if half is not None and half.need is need:
        return half.login
    return signing_in.require(hall, Act.OWN_ACCOUNT)


def _go_on(hall: Hall, signed_in: SignedIn, asked: str, *, done: str = "") -> Response:
    """Lead on from a proof: to what is lacking next, or to the work."""
    if signed_in.need is not None:
        target = signing_in.page_of(signed_in.need)
    else:
        landing = signing_in.landing(signed_in.login, asked)
        target = f"/staff/account?done={done}" if done else landing
    return signing_in.put_cookie(hall, pages.redirect_to(target), signed_in)


def _page(hall: Hall, template: str, refusal: Exception | None, **values: Any) -> Response:
    """Draw a page, with what was wrong and at which field; secrets are never sent back."""
    if refusal is None:
        return pages.render(hall, template, message="", field="", **values)
    problem = as_problem(refusal)
    sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    about = {"wrong_code": "code", "wrong_password": "old_password"}.get(problem.code, "")
    field = problem.values.get("field") or problem.values.get("about") or about
    status = STATUS_OF_CODE[problem.code]
    response = pages.render(hall, template, status=status, message=sentence, field=field, **values)
    if problem.wait_ms:
        response.headers["Retry-After"] = problem.values["seconds"]
    return response
