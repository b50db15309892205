-- A session that is used is written anew only while it is there: read and written apart, one that was ended in between would come back, as nobody's.

-- +goose Up
create function session_renew(wanted bytea, new_data bytea, until timestamptz) returns void language sql security definer set search_path = public
    as $$ update sessions set data = new_data, expires_at = until where token_digest = wanted $$;
revoke execute on function session_renew from public;
grant execute on function session_renew to onestop_app;

-- +goose Down
drop function session_renew;
