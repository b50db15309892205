-- What an edition and its rows name is a bundle of their own scope: no municipality's row can ever put another's files in force, or
-- the country's.

-- +goose Up
-- +goose StatementBegin
alter table edition_bundles add constraint edition_bundles_scope unique (digest, scope);
alter table editions add constraint editions_bundle foreign key (digest, scope) references edition_bundles (digest, scope);
alter table edition_rows add constraint edition_rows_bundle foreign key (digest, scope) references edition_bundles (digest, scope);
comment on column edition_rows.cancels is 'takes back what its edition said of the instant, as if it had never been said';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
alter table edition_rows drop constraint edition_rows_bundle;
alter table editions drop constraint editions_bundle;
alter table edition_bundles drop constraint edition_bundles_scope;
comment on column edition_rows.cancels is null;
-- +goose StatementEnd
