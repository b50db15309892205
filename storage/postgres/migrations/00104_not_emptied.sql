-- What is only ever added cannot be emptied either: TRUNCATE asks no trigger of a row.

-- +goose Up
-- +goose StatementBegin
do $$
declare
    t text;
begin
    perform set_config('lock_timeout', '5s', true);
    for t in select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'only_added') or c.relname = 'audit_pending')
        and not exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'not_emptied')
    loop
        execute format('create trigger not_emptied before truncate on %s execute function refuse_change()', t);
    end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
do $$
declare
    t text;
begin
    for t in select c.oid::regclass from pg_trigger g join pg_class c on c.oid = g.tgrelid where g.tgname = 'not_emptied' and not c.relispartition loop
        execute format('drop trigger not_emptied on %s', t);
    end loop;
end $$;
-- +goose StatementEnd
