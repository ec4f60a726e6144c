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
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('prepared_on', models.DateField(verbose_name='prepared')),
                ('period_from', models.DateField(verbose_name='covers from')),
                ('period_until', models.DateField(verbose_name='covers until')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('closed', 'Closed')], default='draft', max_length=6, verbose_name='state')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='people.person', verbose_name='author')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='permissions.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='delivered')),
                ('received_on', models.DateField(blank=True, null=True, verbose_name='received')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_received', to='bodies.body', verbose_name='body')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_received', to='people.person', verbose_name='person')),
                ('received_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acknowledged by')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='reports.report', verbose_name='report')),
            ],
            options={
                'verbose_name': 'recipient of a report',
                'verbose_name_plural': 'recipients of reports',
            },
        ),
        migrations.CreateModel(
            name='ReportTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('topic', models.CharField(choices=[('assessment', 'Assessment of risks'), ('identification', 'Identification of risks'), ('management', 'Management of risks and incidents'), ('prevention', 'Prevention'), ('detection', 'Detection'), ('external_evaluations', 'External evaluations'), ('developments', 'Developments'), ('practices', 'Practices'), ('mitigation', 'Mitigation'), ('material_risks', 'Material risks'), ('incidents', 'Incidents')], max_length=24, verbose_name='topic')),
                ('dropped', models.BooleanField(default=False, verbose_name='dropped')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='reports.report', verbose_name='report')),
            ],
            options={
                'verbose_name': 'topic of a report',
                'verbose_name_plural': 'topics of reports',
            },
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['-prepared_on', '-id'], name='report_newest'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['unit', '-prepared_on', '-id'], name='report_by_unit'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['state', '-prepared_on', '-id'], name='report_by_state'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['received_on'], name='recipient_by_receipt'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body', None), ('person__isnull', False)), models.Q(('body__isnull', False), ('person', None)), _connector='OR'), name='recipient_body_or_person', violation_error_message='Name a body or a person, one of the two.'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('report', 'body'), name='report_to_body_once'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('report', 'person'), name='report_to_person_once'),
        ),
        migrations.AddConstraint(
            model_name='reporttopic',
            constraint=models.UniqueConstraint(fields=('report', 'topic'), name='report_topic_once'),
        ),
    ]
