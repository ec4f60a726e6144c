import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0001_initial'),
        ('permissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('recorded_at', models.DateTimeField(editable=False, verbose_name='recorded')),
                ('effective_from', models.DateField(verbose_name='from')),
                ('effective_until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('kind', models.CharField(choices=[('policy', 'Policy'), ('protocol_activity', 'Activity under a protocol'), ('risk_assessment', 'Risk assessment'), ('improvement', 'Improvement'), ('integration', 'Integration into a framework'), ('safeguard', 'Safeguard'), ('security_test', 'Security test'), ('exercise', 'Exercise of the incident-response plan'), ('training', 'Training'), ('monitoring', 'Monitoring'), ('vendor', 'Vendor'), ('expert', 'Engagement of an outside expert')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('facts', models.JSONField(default=dict, verbose_name='facts as data')),
                ('expires_on', models.DateField(blank=True, help_text='The last day on which it counts.', null=True, verbose_name='expires')),
                ('verified_on', models.DateField(blank=True, null=True, verbose_name='verified')),
                ('state', models.CharField(choices=[('current', 'Current'), ('withdrawn', 'Withdrawn'), ('superseded', 'Superseded')], default='current', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='evidence.evidence', verbose_name='superseded by')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='permissions.unit', verbose_name='unit')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'indexes': [models.Index(fields=['kind', 'state', 'effective_from'], name='evidence_by_kind'), models.Index(fields=['-effective_from', '-id'], name='evidence_newest'), models.Index(fields=['unit', '-effective_from', '-id'], name='evidence_by_unit'), models.Index(fields=['kind', '-effective_from', '-id'], name='evidence_of_kind')],
            },
        ),
    ]
