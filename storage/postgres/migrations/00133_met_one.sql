-- Guarded writes say on the server that they met their row: the commit travels with the last writes of a transaction, and what met no row must keep
-- it from being committed.

-- +goose Up
-- +goose StatementBegin
create function met_one(n bigint) returns void language plpgsql as $$
begin
    if n <> 1 then
        raise exception 'a guarded write met % rows', n using errcode = 'OS002';
    end if;
end $$;
-- +goose StatementEnd

-- +goose Down
drop function met_one;
