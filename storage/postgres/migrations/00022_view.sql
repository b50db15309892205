-- View copies (security.md, "Files"): what staff open instead of the file itself, page by page. A page's row stands before
-- its object; when the file's row goes, its pages' objects are queued for removal with it.

-- +goose Up
-- +goose StatementBegin
alter table files
    add column view text not null default '' check (view in ('', 'ready', 'none')), -- none: no safe copy can be made
    add column view_reason text not null default '',
    add column view_total integer not null default 0; -- pages that the file has; there may be fewer copies

create table file_views (
    file_id        uuid not null,
    page           integer not null check (page >= 0), -- 0: the thumbnail
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    object_key     text not null unique,
    width          integer not null,
    height         integer not null,
    size           bigint not null,
    primary key (file_id, page),
    foreign key (file_id, application_id, municipality, person_id)
        references files (id, application_id, municipality, person_id) on delete cascade
);
create trigger queue_removal after delete on file_views for each row execute function queue_object_removal();

alter table file_views enable row level security;
create policy own on file_views to onestop_app using (person_id = (select actor_owner()));
create policy staff on file_views for select to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_staff_of()) is null then false else filed_here(application_id) and released(file_id) end);
create policy system on file_views to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on file_views to onestop_sweep using (true);
grant select, insert, delete on file_views to onestop_app;
grant select, delete on file_views to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table file_views;
alter table files drop column view, drop column view_reason, drop column view_total;
-- +goose StatementEnd
