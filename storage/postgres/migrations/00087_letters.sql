-- The letters of a municipality (決定通知書): what its office says in each, the numbers that it gives them (文書番号), the letters themselves as they
-- were made, when their parents opened them, and the texts that staff begin with (文例).

-- +goose Up
-- +goose StatementBegin
-- Each saving is a version of its own, so that it can be told later what stood in a letter of that day and who had it so.
create table letter_settings (
    municipality text not null references municipalities (code),
    version      integer not null check (version > 0),
    prefix       text not null, -- of the document number: ひなた子
    mayor_title  text not null,
    mayor_name   text not null,
    address      text not null,
    contact      text not null,
    appeal       text not null, -- 教示文: 審査請求
    suit         text not null, -- 教示文: 取消訴訟
    seal         text not null check (seal in ('space', 'omitted')),
    changed_by   uuid, -- null: the program itself
    changed_at   timestamptz not null,
    primary key (municipality, version)
);
create trigger only_added before update or delete on letter_settings for each row execute function refuse_change();
alter table letter_settings enable row level security;
-- It stands in every letter.
create policy everyone on letter_settings for select to onestop_app using (true);
create policy admins on letter_settings for insert to onestop_app with check (
    (select actor_role()) = 'national' or ((select actor_role()) = 'admin' and municipality = (select actor_municipality())));
grant select, insert on letter_settings to onestop_app;

-- The last number of a fiscal year: whoever takes the next holds the row until the commit, so that no number is left out and none is given twice.
create table letter_numbers (
    municipality text not null references municipalities (code),
    year         integer not null, -- 年度
    last         integer not null check (last > 0),
    primary key (municipality, year)
);
alter table letter_numbers enable row level security;
create policy staff on letter_numbers to onestop_app using (municipality = (select actor_staff_of()));
grant select, insert, update on letter_numbers to onestop_app;

create table letters (
    application_id  uuid not null,
    number          integer not null, -- of the decision
    municipality    text not null,
    person_id       uuid not null,
    year            integer not null,
    running         integer not null check (running > 0),
    document_number text not null,
    made_on         date not null, -- the day in Japan that stands on it
    sealed_pdf      bytea not null,
    primary key (application_id, number),
    unique (municipality, year, running),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index letters_of_day on letters (municipality, made_on, year, running);

-- That its parent opened it.
create table letter_reads (
    application_id uuid not null,
    number         integer not null,
    municipality   text not null,
    person_id      uuid not null,
    read_at        timestamptz not null,
    primary key (application_id, number),
    foreign key (application_id, number) references letters (application_id, number) on delete cascade,
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
do $$
declare t text;
begin
    foreach t in array array['letters', 'letter_reads'] loop
        execute format('create trigger only_added before update on %I for each row execute function refuse_change()', t);
        execute format('alter table %I enable row level security', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('grant select, insert on %I to onestop_app', t);
    end loop;
end $$;
create policy staff on letters to onestop_app using (municipality = (select actor_staff_of())
    and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy own on letters for select to onestop_app using (person_id = (select actor_owner()));
create policy staff on letter_reads for select to onestop_app using (municipality = (select actor_staff_of())
    and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy own on letter_reads to onestop_app using (person_id = (select actor_owner()));

-- 文例. Each change is a version; the last one counts, and one that is retired is offered to nobody.
create table boilerplates (
    id           uuid not null,
    version      integer not null check (version > 0),
    municipality text not null references municipalities (code),
    kind         text not null check (kind in ('correction', 'reason', 'letter-approved', 'letter-rejected', 'letter-other', 'message')),
    procedure    text not null, -- '*': of any
    name         text not null check (name <> ''),
    texts        jsonb not null,
    due_days     integer check (due_days between 1 and 365),
    retired      boolean not null,
    changed_by   uuid, -- null: the program itself
    changed_at   timestamptz not null,
    primary key (id, version)
);
create index boilerplates_here on boilerplates (municipality, id, version);
create trigger only_added before update or delete on boilerplates for each row execute function refuse_change();
alter table boilerplates enable row level security;
create policy staff on boilerplates for select to onestop_app using (municipality = (select actor_staff_of()) or (select actor_role()) = 'national');
create policy admins on boilerplates for insert to onestop_app with check (
    (select actor_role()) = 'national' or ((select actor_role()) = 'admin' and municipality = (select actor_municipality())));
grant select, insert on boilerplates to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table boilerplates, letter_reads, letters, letter_numbers, letter_settings;
-- +goose StatementEnd
