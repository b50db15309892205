-- +goose Up
-- Which shelf of erasable keys is the service's: a node that was given another folder, or an empty one where a folder was to be
-- mounted, makes no key that the others cannot read.
create table key_shelf (
    one        boolean primary key default true check (one),
    id         text not null check (id <> ''),
    adopted_at timestamptz not null default clock_timestamp()
);
revoke all on key_shelf from public;
alter table key_shelf enable row level security; -- reached through the functions below alone

-- +goose StatementBegin
create function claim_shelf(shelf text) returns text language plpgsql volatile security definer set search_path = public as $$
declare
    known text;
begin
    select id into known from key_shelf;
    if not found then
        insert into key_shelf (id) values (shelf) on conflict do nothing;
        select id into strict known from key_shelf;
    end if;
    return known;
end $$;
-- +goose StatementEnd

-- The key that some node wrapped last, since the shelf was adopted: its slot shows whether a node's folder is the one that the others write to.
create function newest_key() returns bytea language sql stable security definer set search_path = public as $$
    select case when created_at > (select adopted_at from key_shelf) then wrapped_key end from applications order by id desc limit 1
$$;
-- How far the schema is: a program whose own migrations go further must not work on it yet.
create function schema_version() returns bigint language sql stable security definer set search_path = public as $$
    select coalesce(max(version_id), 0) from goose_db_version where is_applied
$$;
revoke execute on function claim_shelf, newest_key, schema_version from public;
grant execute on function schema_version to onestop_app, onestop_sweep;
grant execute on function claim_shelf, newest_key to onestop_app, onestop_sweep;

-- +goose Down
drop function schema_version;
drop function newest_key;
drop function claim_shelf;
drop table key_shelf;
