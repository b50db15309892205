-- Who is protected at this very moment cannot be seen yet by a filing, and is not waited for, since the filing may hold the case: then the case is hidden
-- until the directory was asked (settle_directory), as if it had not answered.

-- +goose Up
-- +goose StatementBegin
create or replace function keep_protected() returns trigger language plpgsql security definer set search_path = public as $$
begin
    if not pg_try_advisory_xact_lock_shared(hashtext('protections'), new.municipality::integer) then
        insert into directory_checks (application_id, municipality, person_id) values (new.application_id, new.municipality, new.person_id)
            on conflict (application_id) do nothing;
    end if;
    update applications set protected = true where id = new.application_id and not protected
        and exists (select from protection_marks where municipality = new.municipality and mark = new.mark);
    return null;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function keep_protected() returns trigger language plpgsql security definer set search_path = public as $$
begin
    update applications set protected = true where id = new.application_id and not protected
        and exists (select from protection_marks where municipality = new.municipality and mark = new.mark);
    return null;
end $$;
-- +goose StatementEnd
