import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bodies', '0001_initial'),
        ('files', '0001_initial'),
        ('people', '0001_initial'),
        ('permissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('nature', models.CharField(choices=[('incident', 'Incident'), ('threat', 'Threat')], default='incident', max_length=8, verbose_name='nature')),
                ('occurred_at', models.DateTimeField(blank=True, null=True, verbose_name='occurred')),
                ('discovered_at', models.DateTimeField(verbose_name='discovered')),
                ('declared_at', models.DateTimeField(verbose_name='declared')),
                ('facts', models.TextField(blank=True, verbose_name='what is known')),
                ('severity', models.CharField(blank=True, choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High'), ('critical', 'Critical')], max_length=8, null=True, verbose_name='severity')),
                ('severity_why', models.CharField(blank=True, max_length=500, verbose_name='why this severity')),
                ('source', models.CharField(blank=True, choices=[('internal', 'Internal'), ('external', 'External'), ('third_party', 'Third party'), ('unknown', 'Not traceable')], max_length=12, null=True, verbose_name='source')),
                ('source_why', models.CharField(blank=True, max_length=500, verbose_name='how the source was traced')),
                ('state', models.CharField(choices=[('declared', 'Declared'), ('contained', 'Contained'), ('assessing', 'Being assessed'), ('assessed', 'Assessed'), ('closed', 'Closed')], default='declared', max_length=10, verbose_name='state')),
                ('contained_at', models.DateTimeField(blank=True, null=True, verbose_name='contained')),
                ('assessing_at', models.DateTimeField(blank=True, null=True, verbose_name='assessment organised')),
                ('opinions_needed', models.BooleanField(blank=True, null=True, verbose_name='outside opinions asked for by the plan')),
                ('assessed_at', models.DateTimeField(blank=True, null=True, verbose_name='assessed')),
                ('assessment', models.TextField(blank=True, verbose_name='result of the assessment')),
                ('potentially_material', models.BooleanField(blank=True, null=True, verbose_name='potentially material')),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='escalated')),
                ('materiality', models.CharField(choices=[('unassessed', 'Not yet determined'), ('not_material', 'Not material'), ('material', 'Material'), ('undetermined', 'Left open by the body')], default='unassessed', max_length=12, verbose_name='materiality')),
                ('plan_version', models.CharField(blank=True, max_length=40, verbose_name='version of the plan followed')),
                ('lessons', models.TextField(blank=True, verbose_name='what was learned')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('assessor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='assessment led by')),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='declared by')),
                ('determination', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.decision', verbose_name='determination')),
                ('escalated_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='escalated to')),
                ('response_decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.decision', verbose_name='decision on measures')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='permissions.unit', verbose_name='unit')),
                ('wall', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='permissions.wall', verbose_name='wall')),
            ],
            options={
                'verbose_name': 'incident',
                'verbose_name_plural': 'incidents',
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('text', models.TextField(verbose_name='lesson')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=4, verbose_name='state')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_items', to='incidents.incident', verbose_name='incident')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('title', models.CharField(max_length=300, verbose_name='measure')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='incidents.incident', verbose_name='incident')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='owner')),
            ],
            options={
                'verbose_name': 'protective measure',
                'verbose_name_plural': 'protective measures',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('informed', models.CharField(choices=[('management', 'Management'), ('board', 'Board')], max_length=10, verbose_name='informed')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('how', models.CharField(max_length=300, verbose_name='how')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.incident', verbose_name='incident')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('by', models.CharField(choices=[('expert', 'Outside expert'), ('counsel', 'Legal counsel')], max_length=8, verbose_name='asked')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('asked_at', models.DateTimeField(verbose_name='asked on')),
                ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='received')),
                ('text', models.TextField(blank=True, help_text='Of an opinion without privilege.', verbose_name='text')),
                ('privileged', models.BooleanField(default=False, verbose_name='privilege is claimed')),
                ('purpose', models.CharField(blank=True, help_text='The legal question for which it was sought.', max_length=300, verbose_name='purpose')),
                ('directed_by', models.CharField(blank=True, max_length=200, verbose_name='directed by')),
                ('recipients', models.CharField(blank=True, max_length=500, verbose_name='who receives it')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='incidents.incident', verbose_name='incident')),
            ],
            options={
                'verbose_name': 'opinion',
                'verbose_name_plural': 'opinions',
            },
        ),
        migrations.CreateModel(
            name='Advice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('text', models.TextField(verbose_name='text')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                ('opinion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='advice', to='incidents.opinion', verbose_name='opinion')),
            ],
            options={
                'verbose_name': 'advice',
                'verbose_name_plural': 'advice',
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('title', models.CharField(max_length=300, verbose_name='task')),
                ('due', models.DateField(verbose_name='due')),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('done', 'Done')], default='open', max_length=8, verbose_name='state')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incident_tasks', to='people.person', verbose_name='assigned to')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='incidents.incident', verbose_name='incident')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incident_tasks', to='permissions.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'incident task',
                'verbose_name_plural': 'incident tasks',
            },
        ),
        migrations.CreateModel(
            name='TimelineEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('text', models.TextField(verbose_name='what happened')),
                ('source', models.CharField(help_text='A log, a person, a ticket: where this is known from.', max_length=300, verbose_name='known from')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timeline', to='incidents.incident', verbose_name='incident')),
            ],
            options={
                'verbose_name': 'timeline entry',
                'verbose_name_plural': 'timeline entries',
            },
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['-declared_at', '-id'], name='incident_newest'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['unit', '-declared_at', '-id'], name='incident_by_unit'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['state', '-declared_at', '-id'], name='incident_by_state'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['severity', '-declared_at', '-id'], name='incident_by_severity'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['materiality', '-declared_at', '-id'], name='incident_by_materiality'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['state', 'due', 'id'], name='task_by_due'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['unit', 'state', 'due', 'id'], name='task_by_unit'),
        ),
        migrations.AddIndex(
            model_name='timelineentry',
            index=models.Index(fields=['incident', 'at', 'id'], name='timeline_by_incident'),
        ),
    ]
