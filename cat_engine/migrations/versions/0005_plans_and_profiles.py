"""Agencies, sites with seat plans, standing profiles, administrators' acts; drawn seats."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _create_agencies()
    _create_sites()
    _create_profiles()
    _create_acts()
    op.add_column(
        "exam_sessions",
        sa.Column(
            "seats_drawn",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether seats are drawn at check-in, not given by the roster",
        ),
    )
    _widen_rooms()
    _widen_enrolments()


def _create_agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_agencies_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_table(
        "formations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="the post"),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("formation_type", sa.Text(), nullable=False, comment="decides the thresholds"),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "title <> '' AND formation_type <> ''", name=op.f("ck_formations_named")
        ),
        sa.CheckConstraint("openings > 0", name=op.f("ck_formations_openings")),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_formations_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formations")),
    )


def _create_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("utc_offset_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_sites_name")),
        sa.CheckConstraint(
            "utc_offset_minutes BETWEEN -720 AND 840", name=op.f("ck_sites_utc_offset")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_table(
        "site_rooms",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("column_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_site_rooms_name")),
        sa.CheckConstraint("row_count > 0 AND column_count > 0", name=op.f("ck_site_rooms_size")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_site_rooms_site_sites")),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_site_rooms")),
    )
    op.create_table(
        "site_seats",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as it stands on the label"),
        sa.Column("row_index", sa.Integer(), nullable=False, comment="from 0, the front row"),
        sa.Column("column_index", sa.Integer(), nullable=False, comment="from 0, at the left"),
        sa.Column("is_usable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_site_seats_name")),
        sa.CheckConstraint(
            "row_index >= 0 AND column_index >= 0", name=op.f("ck_site_seats_position")
        ),
        sa.ForeignKeyConstraint(
            ["site", "room"],
            ["site_rooms.site", "site_rooms.id"],
            name=op.f("fk_site_seats_site_site_rooms"),
        ),
        sa.PrimaryKeyConstraint("site", "room", "name", name=op.f("pk_site_seats")),
        sa.UniqueConstraint(
            "site", "room", "row_index", "column_index", name=op.f("uq_site_seats_site")
        ),
    )


def _create_profiles() -> None:
    op.create_table(
        "accommodation_profiles",
        sa.Column(
            "person", sa.Text(), nullable=False, comment="stable identifier, or participant number"
        ),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disability", sa.Text(), nullable=False),
        sa.Column("text_size", sa.Text(), nullable=False),
        sa.Column("contrast", sa.Text(), nullable=False),
        sa.Column("timer", sa.Text(), nullable=False),
        sa.Column(
            "break_minutes",
            sa.Integer(),
            nullable=False,
            comment="with the clock stopped, in total",
        ),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="what it rests on: a letter, a decision"
        ),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", sa.BigInteger(), nullable=False, comment="ms since the epoch, UTC"
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_accommodation_profiles_revision")),
        sa.CheckConstraint(
            "disability IN ('', 'visual', 'hearing', 'motor', 'other')",
            name=op.f("ck_accommodation_profiles_disability"),
        ),
        sa.CheckConstraint(
            "text_size IN ('normal', 'large', 'largest')",
            name=op.f("ck_accommodation_profiles_text_size"),
        ),
        sa.CheckConstraint(
            "contrast IN ('normal', 'high')", name=op.f("ck_accommodation_profiles_contrast")
        ),
        sa.CheckConstraint(
            "timer IN ('shown', 'thresholds', 'request')",
            name=op.f("ck_accommodation_profiles_timer"),
        ),
        sa.CheckConstraint(
            "break_minutes BETWEEN 0 AND 240",
            name=op.f("ck_accommodation_profiles_break_minutes"),
        ),
        sa.CheckConstraint(
            "source <> '' AND confirmed_by <> ''", name=op.f("ck_accommodation_profiles_signed")
        ),
        sa.PrimaryKeyConstraint("person", "revision", name=op.f("pk_accommodation_profiles")),
    )
    _keep_unchanged("accommodation_profiles")


def _create_acts() -> None:
    op.create_table(
        "administration_acts",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "at", sa.BigInteger(), nullable=False, comment="server time, ms since the epoch, UTC"
        ),
        sa.Column("person", sa.Text(), nullable=False, comment="who acted"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="what it was done to"),
        sa.Column("body", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.Column(
            "hash", sa.Text(), nullable=False, comment="SHA-256 over the previous hash and this act"
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_administration_acts_position")),
        sa.CheckConstraint(
            "person <> '' AND kind <> ''", name=op.f("ck_administration_acts_signed")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_administration_acts")),
    )
    _keep_unchanged("administration_acts")


def _widen_rooms() -> None:
    """Let a room of an exam session be a room of a site."""
    op.add_column(
        "rooms",
        sa.Column("site", sa.Text(), comment="null: a room that no site's plan describes"),
    )
    op.add_column("rooms", sa.Column("site_room", sa.Text()))
    if op.get_context().dialect.name == "postgresql":
        op.create_foreign_key(
            op.f("fk_rooms_site_site_rooms"),
            "rooms",
            "site_rooms",
            ["site", "site_room"],
            ["site", "id"],
        )
        op.create_check_constraint(
            op.f("ck_rooms_site_room"), "rooms", "(site IS NULL) = (site_room IS NULL)"
        )
        return
    _rewrite(
        "rooms",
        "CONSTRAINT ck_rooms_seat_count",
        "CONSTRAINT fk_rooms_site_site_rooms FOREIGN KEY(site, site_room) "
        "REFERENCES site_rooms (site, id), "
        "CONSTRAINT ck_rooms_site_room CHECK ((site IS NULL) = (site_room IS NULL)), "
        "CONSTRAINT ck_rooms_seat_count",
    )


def _widen_enrolments() -> None:
    """Let rooms and seats wait for check-in, and keep what of a standing profile applies."""
    op.add_column(
        "enrolments",
        sa.Column(
            "person", sa.Text(), server_default="", nullable=False, comment="of a standing profile"
        ),
    )
    op.add_column(
        "enrolments",
        sa.Column(
            "accommodation",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="what of the standing profile applies here, canonical JSON",
        ),
    )
    comments = {"room": "null: any room, until check-in", "seat": "null: drawn at check-in"}
    for column, comment in comments.items():
        if op.get_context().dialect.name == "postgresql":
            op.alter_column("enrolments", column, nullable=True, comment=comment)
        else:
            _rewrite("enrolments", f"{column} TEXT NOT NULL", f"{column} TEXT")


def _rewrite(table: str, old: str, new: str) -> None:
    """Change a table's text in place: SQLite cannot alter a constraint.

    sqlite.org/lang_altertable.html describes it for constraints that become wider, or that every
    row keeps: here, columns that were just added and are null. To copy the table instead would
    break the rows that refer to it inside this transaction.
    """
    db = op.get_bind()
    version = db.exec_driver_sql("PRAGMA schema_version").scalar_one()
    db.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = db.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
            "WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "name": table},
    )
    assert changed.rowcount == 1, f"an earlier revision makes {table} with {old}"
    db.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    db.exec_driver_sql("PRAGMA writable_schema=OFF")


def _keep_unchanged(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
